import type { BindingLine } from '../../../engine/contract/index.ts';
import { Chip, inWindow, keyed, Name, plural, type Tone } from '../../components/index.ts';
import { isBlocking } from './preview.ts';
import styles from './binding-view.module.css';

/** How the data feeds the model: one line when all is well, every line that needs a look. */
export function BindingView({ binding, notes }: { binding: readonly BindingLine[]; notes: readonly string[] }) {
  const bad = binding.filter(isBlocking);
  const guessed = binding.filter(({ status }) => status === 'guessed');
  const shown = bad.length > 0 ? bad : guessed;
  const said = notes.map((note) => inWindow(withoutLine(note, shown))).filter((note) => note !== '');
  return (
    <div className={styles.binding}>
      <div className={styles.summary}>
        {binding.length === 0 ? null : (
          <Chip tone={bad.length > 0 ? 'bad' : guessed.length > 0 ? 'warn' : 'good'}>
            {summary(inputsOf(binding), inputsOf(bad), inputsOf(guessed))}
          </Chip>
        )}
      </div>
      {shown.length === 0 ? null : (
        <ul className={styles.lines}>
          {keyed(shown.slice(0, 12), (line) => (
            <li className={styles.line}>
              <Chip tone={tones[line.status]}>{line.status}</Chip>
              <span className={styles.input}>
                <Name text={line.input} most={28} mono />
              </span>
              <span>{line.words}</span>
            </li>
          ))}
          {shown.length > 12 ? <li className={styles.line}>and {plural(shown.length - 12, 'line')} more</li> : null}
        </ul>
      )}
      {said.length === 0 ? null : (
        <ul className={styles.notes}>
          {keyed(said, (note) => (
            <li>{note}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** A reason to refuse stands among the notes too: what to do is left of it. */
function withoutLine(note: string, lines: readonly BindingLine[]): string {
  const line = lines.find(({ words }) => note.startsWith(words));
  return line === undefined ? note : note.slice(line.words.length);
}

const tones: Record<BindingLine['status'], Tone> = {
  ok: 'good',
  guessed: 'warn',
  default: 'plain',
  missing: 'bad',
  type: 'bad',
  ambiguous: 'bad',
};

/** An input of several columns has a line for each of them. */
function inputsOf(lines: readonly BindingLine[]): number {
  return new Set(lines.map(({ input }) => input)).size;
}

function summary(all: number, bad: number, guessed: number): string {
  if (bad > 0) return `${all - bad} of ${plural(all, 'input')} bound`;
  return guessed > 0 ? `${plural(all, 'input')} bound, ${guessed} guessed` : `${all} of ${plural(all, 'input')} bound`;
}
