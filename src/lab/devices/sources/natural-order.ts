const order = new Intl.Collator('en', { numeric: true });

/** card2 before card10. */
export function naturalOrder(names: readonly string[]): string[] {
  return [...names].sort(order.compare);
}
