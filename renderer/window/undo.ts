import { create } from 'zustand';

/** An action can be undone for this long. */
const undoMs = 10_000;

interface Undoable {
  words: string;
  undo: () => void | Promise<unknown>;
}

interface UndoState {
  action: Undoable | null;
  /** Says what was done and keeps how to undo it. */
  done: (action: Undoable) => void;
  undo: () => void;
}

let timer: number | undefined;

export const useUndo = create<UndoState>()((set, get) => ({
  action: null,
  done: (action) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => set({ action: null }), undoMs);
    set({ action });
  },
  undo: () => {
    const { action } = get();
    window.clearTimeout(timer);
    set({ action: null });
    void action?.undo();
  },
}));
