// What a lab fetches, from beside its modules.

const asked = new Map();

const fetched = async name => {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return name.endsWith(".json") ? answer.json() : answer.text();
};

/** A promise of a text, or of what a .json file holds. Each file is fetched once; one that
 * did not come is asked for again. */
export const file = name => {
  if (!asked.has(name)) {
    const coming = fetched(name);
    coming.catch(() => asked.delete(name));
    asked.set(name, coming);
  }
  return asked.get(name);
};
