/** Names of objects by namespace and one label, so that selecting costs what is selected and not what there is. */
export class LabelIndex {
  readonly #names = new Map<string, Set<string>>();

  add(namespace: string, label: string, value: string, name: string): void {
    const key = keyOf(namespace, label, value);
    const names = this.#names.get(key) ?? new Set<string>();
    this.#names.set(key, names.add(name));
  }

  remove(namespace: string, label: string, value: string, name: string): void {
    const key = keyOf(namespace, label, value);
    const names = this.#names.get(key);
    names?.delete(name);
    if (names?.size === 0) this.#names.delete(key);
  }

  /** The names with that label, in no order. */
  find(namespace: string, label: string, value: string): Iterable<string> {
    return this.#names.get(keyOf(namespace, label, value)) ?? [];
  }
}

function keyOf(namespace: string, label: string, value: string): string {
  return `${namespace}\0${label}\0${value}`;
}
