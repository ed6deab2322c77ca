/** Sets variables of this process, or takes them out where undefined. Returns what takes that back. */
export function setEnvironment(variables: Readonly<Record<string, string | undefined>>): () => void {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  write(variables);
  return () => {
    write(before);
  };
}

/** {@link setEnvironment} for AWS clients: credentials of no worth, and the endpoints of doubles. */
export function setAwsEnvironment(
  endpoints: Readonly<Record<`AWS_ENDPOINT_URL_${string}`, string>>,
): () => void {
  return setEnvironment({
    AWS_ACCESS_KEY_ID: "AKIATEST",
    AWS_SECRET_ACCESS_KEY: "secret-of-the-caller",
    AWS_REGION: "us-east-1",
    ...endpoints,
  });
}

function write(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
}
