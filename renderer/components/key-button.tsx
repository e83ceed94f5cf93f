import { ActionIcon, Tooltip, type ActionIconProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { keysInWords } from '../commands/index.ts';

/** A button of an icon alone: its name for screen readers, and a tooltip with its key. */
export function KeyButton({
  label,
  keys,
  onClick,
  children,
  disabled,
  ...rest
}: { label: string; keys?: string; onClick: () => void; children: ReactNode; disabled?: boolean } & ActionIconProps) {
  return (
    <Tooltip label={keys ? `${label}  ${keysInWords(keys)}` : label}>
      <ActionIcon aria-label={label} onClick={onClick} disabled={disabled ?? false} {...rest}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
