import { NumberInput, Select, TextInput } from '@mantine/core';
import type { Inspection, RecipeOutputs } from '../../../engine/contract/index.ts';
import styles from './recipe.module.css';

type Task = RecipeOutputs['task'];

interface Shown {
  outputs: RecipeOutputs;
  inspection: Inspection;
  onChange: (outputs: RecipeOutputs) => void;
}

/** What the outputs mean, as fields. */
export function OutputFields({ outputs, inspection, onChange }: Shown) {
  const names = [...new Set(inspection.signature.outputs.map(({ name }) => name))];
  return (
    <div className={styles.fields}>
      <Select
        label="Task"
        allowDeselect={false}
        data={[
          { value: 'classification', label: 'classification' },
          { value: 'regression', label: 'regression' },
          { value: 'raw', label: 'outputs as they are' },
        ]}
        value={outputs.task}
        onChange={(task) => task !== null && task !== outputs.task && onChange(begun(task, outputs, names))}
      />
      {outputs.task === 'raw' ? null : (
        <Select
          label="Prediction"
          allowDeselect={false}
          data={names}
          value={outputs.prediction}
          onChange={(name) => name !== null && onChange({ ...outputs, prediction: name })}
        />
      )}
      {outputs.task === 'classification' ? (
        <ClassFields outputs={outputs} names={names} known={inspection.labels} onChange={onChange} />
      ) : null}
    </div>
  );
}

/** Another task, with the outputs that the old one named. */
function begun(task: Task, old: RecipeOutputs, names: readonly string[]): RecipeOutputs {
  if (task === 'raw') return { task, outputs: [...names] };
  const prediction = old.task === 'raw' ? (old.outputs[0] ?? names[0] ?? '') : old.prediction;
  if (task === 'regression') return { task, prediction };
  const open = { activation: 'none', labels: null, positive: null, threshold: 0.5 } as const;
  return { task, decision: 'argmax', prediction, scores: prediction, ...open };
}

function ClassFields({
  outputs,
  names,
  known,
  onChange,
}: {
  outputs: Extract<RecipeOutputs, { task: 'classification' }>;
  names: string[];
  /** Classes that the model itself names. */
  known: readonly string[] | null;
  onChange: Shown['onChange'];
}) {
  const labels = outputs.labels ?? known;
  return (
    <>
      <Select
        label="Scores"
        data={names}
        clearable
        value={outputs.scores}
        onChange={(scores) => onChange({ ...outputs, scores })}
      />
      <Select
        label="Decided by"
        allowDeselect={false}
        data={['label', 'argmax', 'threshold']}
        value={outputs.decision}
        onChange={(decision) => onChange({ ...outputs, decision: decision as typeof outputs.decision })}
      />
      <Select
        label="Scores become probabilities by"
        allowDeselect={false}
        data={['none', 'softmax', 'sigmoid', 'exp']}
        value={outputs.activation}
        onChange={(activation) => onChange({ ...outputs, activation: activation as typeof outputs.activation })}
      />
      {outputs.decision === 'threshold' ? (
        <>
          {labels?.length === 2 ? (
            <Select
              label="Positive class"
              allowDeselect={false}
              data={[...new Set(labels)]}
              value={outputs.positive ?? labels[1] ?? null}
              onChange={(positive) => onChange({ ...outputs, positive })}
            />
          ) : null}
          <NumberInput
            label="Threshold"
            min={0}
            max={1}
            step={0.01}
            value={outputs.threshold}
            onChange={(threshold) => typeof threshold === 'number' && onChange({ ...outputs, threshold })}
          />
        </>
      ) : null}
      <LabelsField labels={outputs.labels} onChange={(next) => onChange({ ...outputs, labels: next })} />
    </>
  );
}

/** Classes between commas. Names that have commas themselves, as those of ImageNet, are not taken apart here. */
function LabelsField({
  labels,
  onChange,
}: {
  labels: readonly string[] | null;
  onChange: (labels: string[] | null) => void;
}) {
  const written = (labels ?? []).join(', ');
  const safe = JSON.stringify(parsed(written)) === JSON.stringify(labels ?? []);
  return (
    <TextInput
      key={JSON.stringify(labels)}
      label="Classes, in the order of the scores"
      description={safe ? undefined : 'Names with commas or spaces around them are edited as JSON.'}
      readOnly={!safe}
      defaultValue={written}
      onBlur={(event) => {
        const text = event.currentTarget.value;
        if (!safe || text === written) return;
        const next = parsed(text);
        onChange(next.length >= 2 ? next : null);
      }}
    />
  );
}

function parsed(text: string): string[] {
  return text
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '');
}
