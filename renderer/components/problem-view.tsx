import { CopyButton, Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Problem } from '../../engine/contract/index.ts';
import { Name } from './name.tsx';
import { inWindow } from './window-words.ts';
import styles from './problem-view.module.css';

/** What went wrong, where it happened: what (bold), which thing, what to do, one button. */
export function ProblemView({ problem, action }: { problem: Problem; action?: ReactNode }) {
  const hint = inWindow(problem.hint ?? '');
  const command = commandIn(hint);
  return (
    <div className={styles.problem} role="alert">
      <svg
        viewBox="0 0 16 16"
        width="16"
        height="16"
        aria-hidden="true"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
      >
        <path d="M1 5h14" />
        <circle cx="8" cy="10" r="3" fill="currentColor" stroke="none" />
      </svg>
      <div className={styles.words}>
        <p className={styles.message}>{problem.message}</p>
        {problem.subject === null ? null : (
          <p className={styles.subject}>
            <Name text={problem.subject} mono />
          </p>
        )}
        {hint === '' ? null : <p className={styles.hint}>{withoutCommand(hint)}</p>}
        {command === null ? null : (
          <pre className={styles.command} tabIndex={0}>
            {command}
          </pre>
        )}
        <div className={styles.actions}>
          {action}
          {command === null ? null : (
            <CopyButton value={command}>
              {({ copied, copy }) => (
                <Button variant="default" onClick={copy}>
                  {copied ? 'Copied' : 'Copy the command'}
                </Button>
              )}
            </CopyButton>
          )}
        </div>
      </div>
    </div>
  );
}

/** A hint may hold a command ready to copy, on lines of its own. */
function commandIn(hint: string): string | null {
  const lines = hint.split('\n').filter(isCommand);
  return lines.length > 0 ? lines.map((line) => line.trim()).join('\n') : null;
}

function withoutCommand(hint: string): string {
  return hint
    .split('\n')
    .filter((line) => !isCommand(line))
    .join('\n')
    .trim();
}

function isCommand(line: string): boolean {
  return /^\s*(python|pip|optimum-cli|drydock|tf2onnx)/.test(line);
}
