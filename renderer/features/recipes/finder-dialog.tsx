import { Button, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Recipe, RecipeCandidate } from '../../../engine/contract/index.ts';
import { problemOf, useEngine } from '../../client/index.ts';
import {
  Chip,
  count,
  inWindow,
  keyed,
  oneLine,
  percent,
  plural,
  probability,
  ProblemView,
  Table,
} from '../../components/index.ts';
import styles from './finder-dialog.module.css';

/**
 * Nothing in a model says how its pictures were made. This tries the usual ways on some pictures and shows how each did;
 * what is taken stays marked as a guess.
 */
export function FinderDialog({
  reference,
  data,
  onTake,
  onClose,
}: {
  /** A version, `name@3`. */
  reference: string;
  /** Grants of pictures. */
  data: string[];
  onTake: (candidate: RecipeCandidate) => void;
  onClose: () => void;
}) {
  const { client } = useEngine();
  const stop = useRef(new AbortController());
  const find = useMutation({
    mutationFn: () => client.recipes.find({ model: { ref: reference }, data }, { signal: stop.current.signal }),
  });
  const { mutate } = find;
  useEffect(() => {
    const controller = new AbortController();
    stop.current = controller;
    mutate();
    return () => controller.abort();
  }, [mutate]);
  return (
    <Modal opened onClose={onClose} title="Find the pre-processing" size={860}>
      <div className={styles.finder}>
        {find.isPending ? (
          <p role="status">The usual ways are tried on up to 64 pictures. This takes at most a minute.</p>
        ) : null}
        {find.isError ? <ProblemView problem={problemOf(find.error)} /> : null}
        {find.data ? (
          <>
            <p>
              {find.data.basis === 'accuracy'
                ? `By how often the class folder was predicted, over ${plural(find.data.pictures, 'picture')}.`
                : `By the mean confidence over ${plural(find.data.pictures, 'picture')}: there are no labels that the model knows, so this says less.`}{' '}
              {find.data.complete ? '' : 'The time was up before every way was tried.'}
            </p>
            <Table
              label="Ways of pre-processing"
              rows={find.data.candidates}
              rowKey={(candidate) => JSON.stringify(candidate.input)}
              columns={[
                {
                  key: 'words',
                  title: 'Way',
                  cell: (candidate) => <span title={oneLine(candidate.words)}>{oneLine(candidate.words)}</span>,
                },
                {
                  key: 'accuracy',
                  title: 'Right',
                  align: 'right',
                  width: '100px',
                  cell: (candidate) => (candidate.accuracy === null ? 'not known' : percent(candidate.accuracy)),
                },
                {
                  key: 'confidence',
                  title: 'Confidence',
                  align: 'right',
                  width: '100px',
                  cell: (candidate) =>
                    candidate.confidence === null ? 'not given' : probability(candidate.confidence),
                },
                {
                  key: 'classes',
                  title: 'Classes',
                  align: 'right',
                  width: '80px',
                  cell: (candidate) => count(candidate.classes),
                },
                {
                  key: 'take',
                  title: <span className="visually-hidden">Take it</span>,
                  width: '110px',
                  cell: (candidate) =>
                    candidate.preset === 'current' ? (
                      <Chip>as it is</Chip>
                    ) : (
                      <Button variant="default" size="compact-xs" onClick={() => onTake(candidate)}>
                        Take this
                      </Button>
                    ),
                },
              ]}
            />
            {keyed(find.data.notes, (note) => (
              <p className={styles.note}>{inWindow(note)}</p>
            ))}
          </>
        ) : null}
      </div>
    </Modal>
  );
}

/** A recipe with its picture input replaced. */
export function withPictureInput(recipe: Recipe, candidate: RecipeCandidate): Recipe {
  return {
    ...recipe,
    inputs: recipe.inputs.map((input) =>
      input.from === 'image' && input.input === candidate.input.input ? candidate.input : input,
    ),
  };
}
