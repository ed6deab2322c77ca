/**
 * Has TLS verified in the whole process, also where a library of AWS's makes the connection: Node looks at the variable
 * with each one. Returns what the user is to be told.
 */
export function insistOnTls(env: NodeJS.ProcessEnv): string | undefined {
  if (env["NODE_TLS_REJECT_UNAUTHORIZED"] !== "0") return undefined;
  env["NODE_TLS_REJECT_UNAUTHORIZED"] = "1";
  return (
    "NODE_TLS_REJECT_UNAUTHORIZED=0 is not followed: certificates are always verified. Name the file of a certificate " +
    "authority of your own in NODE_EXTRA_CA_CERTS"
  );
}
