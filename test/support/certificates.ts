import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate that signs itself, for 127.0.0.1. */
export interface SelfSigned {
  readonly key: string;
  readonly cert: string;
  /** File with the certificate, for `NODE_EXTRA_CA_CERTS`. */
  readonly certFile: string;
  remove(): void;
}

/** Why there can be no certificate on this machine; undefined where there can. */
export function missingForCertificates(): string | undefined {
  return spawnSync("openssl", ["version"]).status === 0 ? undefined : "openssl on the PATH";
}

export function selfSigned(): SelfSigned {
  const folder = mkdtempSync(join(tmpdir(), "certificate-"));
  const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const words =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test " +
    "-addext subjectAltName=IP:127.0.0.1";
  const made = spawnSync("openssl", [...words.split(" "), "-keyout", keyFile, "-out", certFile], {
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(`openssl made no certificate: ${made.stderr}`);
  return {
    key: readFileSync(keyFile, "utf8"),
    cert: readFileSync(certFile, "utf8"),
    certFile,
    remove: () => rmSync(folder, { recursive: true }),
  };
}
