import { Button, Popover, Select } from '@mantine/core';
import { useIntake } from './intake.ts';
import styles from './reading-menu.module.css';

const delimiters = [
  { value: ',', label: 'comma' },
  { value: ';', label: 'semicolon' },
  { value: '\t', label: 'tab' },
  { value: '|', label: 'bar' },
];

/** For CSV files that are taken for something else than they are: whether there is a header, and what parts cells. */
export function ReadingMenu() {
  const { reading } = useIntake();
  const said = reading.header !== undefined || reading.delimiter !== undefined;
  const header = reading.header === undefined ? 'guess' : reading.header ? 'yes' : 'no';
  return (
    <Popover position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="subtle">{said ? 'Read as you said' : 'Read it differently'}</Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={styles.fields}>
          <Select
            label="First line"
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
            data={[
              { value: 'guess', label: 'as it is guessed' },
              { value: 'yes', label: 'names of columns' },
              { value: 'no', label: 'a row like the others' },
            ]}
            value={header}
            onChange={(value) => {
              const { header: _old, ...rest } = reading;
              useIntake.setState({ reading: value === 'guess' ? rest : { ...rest, header: value === 'yes' } });
            }}
          />
          <Select
            label="Cells are parted by"
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
            data={[{ value: 'guess', label: 'as it is guessed' }, ...delimiters]}
            value={reading.delimiter ?? 'guess'}
            onChange={(value) => {
              const { delimiter: _old, ...rest } = reading;
              useIntake.setState({
                reading: value === 'guess' || value === null ? rest : { ...rest, delimiter: value },
              });
            }}
          />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
