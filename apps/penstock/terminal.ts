/** What a sub-command works with: where it prints, and how it says that it did not succeed. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly progress: (text: string) => void;
  /** The key that `--key` names, or undefined for the one of the settings. */
  readonly key: () => string | undefined;
  /** Exit code of the process; 0 unless a command says otherwise. */
  exitCode: number;
}
