import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export type Scheme = 'light' | 'dark' | 'auto';
export type Density = 'compact' | 'normal' | 'roomy';

interface Preferences {
  scheme: Scheme;
  density: Density;
  /** Whether single letters act while no field has the focus. */
  letterKeys: boolean;
  /** Workers at once for new runs; null: the engine chooses. */
  lanes: number | null;
  set: (change: Partial<Omit<Preferences, 'set'>>) => void;
}

/** What a person chose for this window; it stays on this machine and in this browser or app. */
export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      scheme: 'auto',
      density: 'normal',
      letterKeys: true,
      lanes: null,
      set: (change) => set(change),
    }),
    { name: 'drydock-preferences' },
  ),
);
