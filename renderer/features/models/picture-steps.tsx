import { ActionIcon, Button, Menu, NumberInput, Select, Switch } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import {
  resizeAlgorithms,
  type ImageInput,
  type PictureStep,
  type ResizeAlgorithm,
} from '../../../engine/contract/index.ts';
import { keyed } from '../../components/index.ts';
import styles from './picture-steps.module.css';

type Resize = Extract<PictureStep, { step: 'resize' }>;

/** What happens to a picture before its values are scaled, in order. */
export function PictureSteps({ input, onChange }: { input: ImageInput; onChange: (input: ImageInput) => void }) {
  const steps = input.steps ?? [];
  const put = (next: PictureStep[]): void => {
    const { steps: _old, ...rest } = input;
    onChange(next.length === 0 ? rest : { ...rest, steps: next });
  };
  const set = (at: number, step: PictureStep): void => put(steps.map((old, index) => (index === at ? step : old)));
  const move = (at: number, by: number): void => {
    const next = [...steps];
    const [step] = next.splice(at, 1);
    if (step) next.splice(at + by, 0, step);
    put(next);
  };
  return (
    <div className={styles.steps} role="group" aria-label="Steps on the picture">
      {steps.length === 0 ? (
        <p className={styles.none}>The picture is taken as it is; it must have the model's size.</p>
      ) : null}
      {keyed(steps, (step, at) => (
        <div className={styles.step}>
          <span className={styles.number}>{at + 1}</span>
          <StepFields step={step} onChange={(next) => set(at, next)} />
          <span className={styles.buttons}>
            <ActionIcon
              size={24}
              aria-label={`Move step ${at + 1} up`}
              disabled={at === 0}
              onClick={() => move(at, -1)}
            >
              <IconArrowUp size={14} stroke={1.5} />
            </ActionIcon>
            <ActionIcon
              size={24}
              aria-label={`Move step ${at + 1} down`}
              disabled={at === steps.length - 1}
              onClick={() => move(at, 1)}
            >
              <IconArrowDown size={14} stroke={1.5} />
            </ActionIcon>
            <ActionIcon
              size={24}
              aria-label={`Take step ${at + 1} away`}
              onClick={() => put(steps.filter((_, index) => index !== at))}
            >
              <IconX size={14} stroke={1.5} />
            </ActionIcon>
          </span>
        </div>
      ))}
      <Menu returnFocus>
        <Menu.Target>
          <Button variant="default" className={styles.add}>
            Add a step
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {(Object.keys(fresh) as PictureStep['step'][]).map((name) => (
            <Menu.Item
              key={name}
              onClick={() => put(name === 'orient' ? [fresh[name], ...steps] : [...steps, fresh[name]])}
            >
              {titles[name]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

const titles: Record<PictureStep['step'], string> = {
  orient: 'Turn as EXIF says',
  resize: 'Resize',
  crop: 'Crop the middle',
  letterbox: 'Fit into a frame',
};

const fresh: Record<PictureStep['step'], PictureStep> = {
  orient: { step: 'orient' },
  resize: { step: 'resize', algorithm: 'pillow-bilinear', to: { width: 224, height: 224 } },
  crop: { step: 'crop', width: 224, height: 224 },
  letterbox: { step: 'letterbox', algorithm: 'pillow-bilinear', width: 224, height: 224, colour: [0, 0, 0] },
};

function StepFields({ step, onChange }: { step: PictureStep; onChange: (step: PictureStep) => void }) {
  const side = (label: string, value: number, set: (value: number) => PictureStep): React.ReactNode => (
    <NumberInput
      aria-label={label}
      min={1}
      max={16_384}
      w={84}
      hideControls
      value={value}
      onChange={(next) => typeof next === 'number' && onChange(set(next))}
    />
  );
  switch (step.step) {
    case 'orient':
      return <span className={styles.words}>{titles.orient}</span>;
    case 'crop':
      return (
        <span className={styles.fields}>
          <span className={styles.words}>{titles.crop}</span>
          {side('Width', step.width, (width) => ({ ...step, width }))} x{' '}
          {side('Height', step.height, (height) => ({ ...step, height }))}
        </span>
      );
    case 'letterbox':
      return (
        <span className={styles.fields}>
          <span className={styles.words}>{titles.letterbox}</span>
          {side('Width', step.width, (width) => ({ ...step, width }))} x{' '}
          {side('Height', step.height, (height) => ({ ...step, height }))}
          <Algorithm value={step.algorithm} onChange={(algorithm) => onChange({ ...step, algorithm })} />
        </span>
      );
    case 'resize':
      return <ResizeFields step={step} onChange={onChange} side={side} />;
  }
}

function ResizeFields({
  step,
  onChange,
  side,
}: {
  step: Resize;
  onChange: (step: PictureStep) => void;
  side: (label: string, value: number, set: (value: number) => PictureStep) => React.ReactNode;
}) {
  const { to } = step;
  const how = 'shortest' in to ? 'shortest' : 'longest' in to ? 'longest' : 'exact';
  const choose = (next: string | null): void => {
    const length = 'shortest' in to ? to.shortest : 'longest' in to ? to.longest : to.width;
    if (next === 'shortest') onChange({ ...step, to: { shortest: length } });
    else if (next === 'longest') onChange({ ...step, to: { longest: length } });
    else onChange({ ...step, to: { width: length, height: length } });
  };
  return (
    <span className={styles.fields}>
      <span className={styles.words}>{titles.resize}</span>
      <Select
        aria-label="To what"
        allowDeselect={false}
        w={150}
        data={[
          { value: 'exact', label: 'to an exact size' },
          { value: 'shortest', label: 'shortest side' },
          { value: 'longest', label: 'longest side' },
        ]}
        value={how}
        onChange={choose}
      />
      {'shortest' in to ? side('Shortest side', to.shortest, (shortest) => ({ ...step, to: { shortest } })) : null}
      {'longest' in to ? side('Longest side', to.longest, (longest) => ({ ...step, to: { longest } })) : null}
      {'width' in to ? (
        <>
          {side('Width', to.width, (width) => ({ ...step, to: { width, height: to.height } }))} x{' '}
          {side('Height', to.height, (height) => ({ ...step, to: { width: to.width, height } }))}
        </>
      ) : null}
      <Algorithm value={step.algorithm} onChange={(algorithm) => onChange({ ...step, algorithm })} />
      <Switch
        label="shrink while loading"
        checked={step.shrinkOnLoad === true}
        onChange={(event) => {
          const { shrinkOnLoad: _old, ...rest } = step;
          onChange(event.currentTarget.checked ? { ...rest, shrinkOnLoad: true } : rest);
        }}
      />
    </span>
  );
}

/** The library's own algorithm: another one gives other pixels. */
function Algorithm({ value, onChange }: { value: ResizeAlgorithm; onChange: (value: ResizeAlgorithm) => void }) {
  return (
    <Select
      aria-label="Algorithm"
      allowDeselect={false}
      w={150}
      data={[...resizeAlgorithms]}
      value={value}
      onChange={(next) => next !== null && onChange(next)}
    />
  );
}
