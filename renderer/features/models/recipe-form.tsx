import { NumberInput, Select, TextInput } from '@mantine/core';
import type {
  ColumnsInput,
  FeatureColumn,
  ImageInput,
  Inspection,
  MissingRule,
  Recipe,
  RecipeInput,
  RecipeOutputs,
} from '../../../engine/contract/index.ts';
import { keyed, Name, oneLine } from '../../components/index.ts';
import { PictureSteps } from './picture-steps.tsx';
import { inputInWords, outputsInWords, stepInWords } from './recipe-words.ts';
import styles from './recipe.module.css';

/** The parts of a recipe that people change most, as fields; everything else by its JSON. */
export function RecipeForm({
  recipe,
  inspection,
  onChange,
}: {
  recipe: Recipe;
  inspection: Inspection;
  onChange: (recipe: Recipe) => void;
}) {
  const setInput = (at: number, input: RecipeInput): void =>
    onChange({ ...recipe, inputs: recipe.inputs.map((old, index) => (index === at ? input : old)) });
  return (
    <>
      {recipe.inputs.map((input, index) => (
        <div key={input.input} className={styles.input}>
          <h3>
            <Name text={input.input} mono />
          </h3>
          {input.from === 'columns' && Array.isArray(input.columns) ? null : (
            <p className={styles.quiet}>{oneLine(inputInWords(input))}</p>
          )}
          {input.from === 'image' ? (
            <>
              <PictureSteps input={input} onChange={(next) => setInput(index, next)} />
              <ImageFields input={input} onChange={(next) => setInput(index, next)} />
            </>
          ) : (
            <ColumnFields input={input} onChange={(next) => setInput(index, next)} />
          )}
        </div>
      ))}
      <div className={styles.input}>
        <h3>What the outputs mean</h3>
        <p className={styles.quiet}>{oneLine(outputsInWords(recipe.outputs))}</p>
        <OutputFields
          outputs={recipe.outputs}
          inspection={inspection}
          onChange={(outputs) => onChange({ ...recipe, outputs })}
        />
      </div>
    </>
  );
}

function ColumnFields({ input, onChange }: { input: ColumnsInput; onChange: (input: ColumnsInput) => void }) {
  const { columns } = input;
  if (!Array.isArray(columns)) {
    return (
      <MissingField
        label="A missing cell"
        rule={input.missing}
        onChange={(missing) => onChange({ ...input, missing })}
      />
    );
  }
  const setFeature = (at: number, feature: FeatureColumn): void =>
    onChange({ ...input, columns: columns.map((old, index) => (index === at ? feature : old)) });
  return (
    <div className={styles.features} role="group" aria-label={`Columns of ${input.input}`}>
      {keyed(columns, (feature, index) => (
        <div className={styles.feature}>
          <TextInput
            aria-label={`Column ${index + 1}`}
            value={feature.column}
            onChange={(event) => setFeature(index, { ...feature, column: event.currentTarget.value })}
          />
          <span className={styles.quiet}>
            {feature.steps.map(stepInWords).map(oneLine).join(', then ') || 'as it is'}
          </span>
          <MissingField
            label={`Missing cells of ${feature.column}`}
            bare
            rule={feature.missing}
            onChange={(missing) => setFeature(index, { ...feature, missing })}
          />
        </div>
      ))}
    </div>
  );
}

function MissingField({
  label,
  rule,
  onChange,
  bare,
}: {
  label: string;
  rule: MissingRule;
  onChange: (rule: MissingRule) => void;
  bare?: boolean;
}) {
  const choose = (value: string | null): void => {
    if (value === 'nan') onChange({ rule: 'nan' });
    else if (value === 'value') onChange({ rule: 'value', value: 0 });
    else onChange({ rule: 'fail' });
  };
  return (
    <div className={bare ? undefined : styles.fields}>
      <Select
        {...(bare ? { 'aria-label': label } : { label })}
        allowDeselect={false}
        data={[
          { value: 'fail', label: 'missing fails the row' },
          { value: 'nan', label: 'missing becomes NaN' },
          { value: 'value', label: `missing becomes ${rule.rule === 'value' ? String(rule.value) : 'a value'}` },
        ]}
        value={rule.rule}
        onChange={choose}
      />
      {rule.rule === 'value' && typeof rule.value === 'number' ? (
        <NumberInput
          aria-label={`${label}: the value`}
          value={rule.value}
          onChange={(value) => typeof value === 'number' && onChange({ rule: 'value', value })}
        />
      ) : null}
    </div>
  );
}

function ImageFields({ input, onChange }: { input: ImageInput; onChange: (input: ImageInput) => void }) {
  const numbers = (text: string): number[] =>
    text
      .split(/[ ,]+/)
      .filter((part) => part !== '')
      .map(Number)
      .filter((value) => Number.isFinite(value));
  return (
    <div className={styles.fields}>
      <Select
        label="Channels"
        allowDeselect={false}
        data={['grey', 'rgb', 'bgr']}
        value={input.channels}
        onChange={(channels) => onChange({ ...input, channels: channels as ImageInput['channels'] })}
      />
      <Select
        label="Layout"
        allowDeselect={false}
        data={['NCHW', 'NHWC', 'NHW']}
        value={input.layout}
        onChange={(layout) => onChange({ ...input, layout: layout as ImageInput['layout'] })}
      />
      <NumberInput
        label="Scale"
        decimalScale={10}
        value={input.scale}
        onChange={(scale) => typeof scale === 'number' && onChange({ ...input, scale })}
      />
      <TextInput
        key={`mean ${input.mean.join()}`}
        label="Mean"
        defaultValue={input.mean.join(', ')}
        onBlur={(event) => onChange({ ...input, mean: numbers(event.currentTarget.value) })}
      />
      <TextInput
        key={`std ${input.std.join()}`}
        label="Standard deviation"
        defaultValue={input.std.join(', ')}
        onBlur={(event) => onChange({ ...input, std: numbers(event.currentTarget.value).filter((value) => value > 0) })}
      />
    </div>
  );
}

function OutputFields({
  outputs,
  inspection,
  onChange,
}: {
  outputs: RecipeOutputs;
  inspection: Inspection;
  onChange: (outputs: RecipeOutputs) => void;
}) {
  const names = [...new Set(inspection.signature.outputs.map(({ name }) => name))];
  if (outputs.task === 'raw') return null;
  const prediction = (
    <Select
      label="Prediction"
      allowDeselect={false}
      data={names}
      value={outputs.prediction}
      onChange={(name) => name !== null && onChange({ ...outputs, prediction: name })}
    />
  );
  if (outputs.task === 'regression') return <div className={styles.fields}>{prediction}</div>;
  return (
    <div className={styles.fields}>
      {prediction}
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
        <NumberInput
          label="Threshold"
          min={0}
          max={1}
          step={0.01}
          value={outputs.threshold}
          onChange={(threshold) => typeof threshold === 'number' && onChange({ ...outputs, threshold })}
        />
      ) : null}
      <TextInput
        key={`labels ${outputs.labels?.join() ?? ''}`}
        label="Classes, in the order of the scores"
        defaultValue={outputs.labels?.join(', ') ?? ''}
        onBlur={(event) => {
          const labels = event.currentTarget.value
            .split(',')
            .map((label) => label.trim())
            .filter((label) => label !== '');
          onChange({ ...outputs, labels: labels.length >= 2 ? labels : null });
        }}
      />
    </div>
  );
}
