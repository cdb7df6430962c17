/**
 * Which cards CUDA and ROCm show to a program, and in which order, when the user's environment says
 * so: "1,0" or "GPU-4fb6ac9a" in CUDA_VISIBLE_DEVICES, ROCR_VISIBLE_DEVICES, HIP_VISIBLE_DEVICES. A
 * worker inherits these variables, so PyTorch's cuda:0 is the first of those that are shown.
 */

export interface Identified {
  /** As nvidia-smi prints it; null where there is none. */
  readonly uuid: string | null;
}

export interface Shown<Card> {
  readonly card: Card;
  /** Its number for PyTorch. */
  readonly index: number;
  /** The variable that hides it; null when it is shown. */
  readonly hiddenBy: string | null;
}

/** `variables` apply one after the other, each to what the one before left. Hidden cards come last. */
export function shownCards<Card extends Identified>(
  cards: readonly Card[],
  variables: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Shown<Card>[] {
  let shown: readonly Card[] = cards;
  const hidden: { readonly card: Card; readonly hiddenBy: string }[] = [];
  for (const name of variables) {
    const value = environment[name];
    if (value === undefined) continue;
    const left = pick(shown, value);
    for (const card of shown) if (!left.includes(card)) hidden.push({ card, hiddenBy: name });
    shown = left;
  }
  return [...shown.map((card) => ({ card, hiddenBy: null })), ...hidden].map((one, index) => ({
    ...one,
    index,
  }));
}

/** As the drivers read it: up to the first entry that names no card. */
function pick<Card extends Identified>(cards: readonly Card[], value: string): Card[] {
  const picked: Card[] = [];
  for (const entry of value.split(',').map((text) => text.trim())) {
    const card = /^\d+$/.test(entry)
      ? cards[Number(entry)]
      : cards.find(({ uuid }) => entry !== '' && uuid?.startsWith(entry));
    if (card === undefined || picked.includes(card)) break;
    picked.push(card);
  }
  return picked;
}

export function hiddenObstacle(
  hiddenBy: string | null,
): { readonly problem: string; readonly fix: string } | null {
  return hiddenBy === null
    ? null
    : {
        problem: `${hiddenBy} hides it.`,
        fix: `Unset ${hiddenBy}, or name this card in it, and start again.`,
      };
}
