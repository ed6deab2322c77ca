import { EnvironmentError, requireVariable, type Variables } from "./environment";

/** Reads a list of texts from a variable that holds it as JSON. @throws EnvironmentError with the example */
export function parseList(variables: Variables, name: string, example: string): string[] {
  const text = requireVariable(variables, name, example);
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    list = undefined;
  }
  const isText = (item: unknown): boolean => typeof item === "string" && item !== "";
  if (!Array.isArray(list) || !list.every(isText))
    throw new EnvironmentError(`${name} is no JSON list of texts; write ${example}`);
  return list as string[];
}
