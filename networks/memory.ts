/** A small store in memory for public facts that may be asked again at any time. */
export function memory<V>(lifeMs: number, max = 500) {
  const kept = new Map<string, { value: V; until: number }>()
  return {
    get(key: string): V | undefined {
      const found = kept.get(key)
      return found && found.until > performance.now() ? found.value : undefined
    },
    set(key: string, value: V): void {
      kept.delete(key)
      kept.set(key, { value, until: performance.now() + lifeMs })
      if (kept.size > max) kept.delete(kept.keys().next().value!)
    },
    del(key: string): void {
      kept.delete(key)
    },
  }
}
