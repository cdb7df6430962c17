/** Help of the `lab` command before anything is set up; afterwards the command prints its own. */
export const labUsage = `Usage: npm run -s lab -- VERB [OPTIONS]

  doctor                  check everything that is needed
  devices                 what can train, and which one is chosen
  environments            Python for each kind of device: list, plan, install, check
  presets                 what one click trains: list, show, save, delete
  fit PRESET              predicted memory and time, and what would make it fit
  models                  base models: list, show, get, add, forget
  rehearse PRESET         measure a few steps on random weights of the exact architecture
  train PRESET            train, evaluate, compare with the base model
  queue                   list, add, move, cancel, retry, pause, resume
  runs                    list, show, metrics, log, stop, resume, rename, delete
  export RUN              fold the adapter into its base model: a folder that other tools load
  corpus                  training examples: list, validate, stats
  bench                   sets of tasks: list, show, check, import, export
  eval SUBJECT            measure a run, a base model or stored generations
  evaluations             list, show
  compare A B [C …]       evaluations, paired by task, each against the first
  leaderboard BENCH       all evaluations of a benchmark, ranked as far as tests tell
  smoke SUBJECT           one prompt for one or several subjects, streamed and looked at
  smokes                  saved smoke tests: list, remove
  endpoints               servers to evaluate: list, add, key, test, remove
  serve                   the window in a browser of this machine
  reindex                 rebuild the index from the lab home's folders

Every verb takes --home DIR and --json; VERB --help says more once the lab is set up.
The first use sets up what is missing (a few minutes, about 2.5 GB).
`;

/** Whether the words ask for help alone, which needs no Python environment. */
export function asksForHelp(words) {
  return (
    words.length === 0 ||
    words[0] === 'help' ||
    words.some((word) => ['--help', '-h', '--version', '-V'].includes(word))
  );
}
