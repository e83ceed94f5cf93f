import { IconPhotoOff } from '@tabler/icons-react';
import { useState } from 'react';
import { oneLine } from '../../components/index.ts';
import styles from './seen-picture.module.css';

/** A picture by its address; what cannot be shown is a quiet mark, not the browser's torn page. */
export function SeenPicture({ address, name, className }: { address: string; name: string; className?: string }) {
  const [broken, setBroken] = useState<string | null>(null);
  if (broken === address)
    return (
      <span className={styles.none} role="img" aria-label={`${oneLine(name)} cannot be shown`}>
        <IconPhotoOff size={20} stroke={1.5} aria-hidden />
      </span>
    );
  return (
    <img
      className={className}
      src={address}
      alt={oneLine(name)}
      loading="lazy"
      draggable={false}
      onLoad={sharpen}
      onError={() => setBroken(address)}
    />
  );
}

/** Pictures of a few pixels are shown as pixels, not as a blur. */
function sharpen({ currentTarget: image }: { currentTarget: HTMLImageElement }): void {
  if (image.naturalWidth * 2 < image.clientWidth) image.style.imageRendering = 'pixelated';
}
