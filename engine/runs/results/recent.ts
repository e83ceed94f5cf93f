import { ProblemError } from '../../contract/index.ts';

/** Answers to the last few questions; one that is being found is waited for, one that failed is forgotten. */
export class Recent<Answer> {
  readonly #most: number;
  readonly #answers = new Map<string, Promise<Answer>>();

  constructor(most: number) {
    this.#most = most;
  }

  has(question: string): boolean {
    return this.#answers.has(question);
  }

  async get(question: string, find: () => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
    const known = this.#answers.get(question);
    if (known) {
      this.#keep(question, known);
      try {
        return await known;
      } catch (error) {
        // The one who asked first has gone; this one still wants to know.
        const wasStopped = error instanceof ProblemError && error.problem.code === 'CANCELLED';
        if (!wasStopped || signal?.aborted === true) throw error;
        return this.get(question, find, signal);
      }
    }
    const found = find();
    this.#keep(question, found);
    try {
      return await found;
    } catch (error) {
      if (this.#answers.get(question) === found) this.#answers.delete(question);
      throw error;
    }
  }

  #keep(question: string, answer: Promise<Answer>): void {
    this.#answers.delete(question);
    this.#answers.set(question, answer);
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= this.#most) break;
      this.#answers.delete(oldest);
    }
  }
}
