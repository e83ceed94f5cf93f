import { NumberInput, Select, TextInput } from '@mantine/core';
import type {
  ColumnsInput,
  FeatureColumn,
  ImageInput,
  Inspection,
  MissingRule,
  Recipe,
  RecipeInput,
} from '../../../engine/contract/index.ts';
import { keyed, Name, oneLine } from '../../components/index.ts';
import { OutputFields } from './output-fields.tsx';
import { PictureSteps } from './picture-steps.tsx';
import { fillInWords, inputInWords, outputsInWords, stepInWords } from './recipe-words.ts';
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
          { value: 'value', label: `missing becomes ${rule.rule === 'value' ? fillInWords(rule.value) : 'a value'}` },
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
      {rule.rule === 'value' && typeof rule.value === 'string' ? (
        <TextInput
          aria-label={`${label}: the value`}
          placeholder="empty text"
          value={rule.value}
          onChange={(event) => onChange({ rule: 'value', value: event.currentTarget.value })}
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
