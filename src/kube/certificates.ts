import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { ExpectedError } from '../errors.ts'
import type { Cluster, User } from './kubeconfig.ts'

/** What a TLS connection to the API server needs, read and checked. */
export type TlsMaterial = {
  readonly ca: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly servername: string | undefined
  readonly rejectUnauthorized: boolean
}

/**
 * Reads the certificates that a cluster and a user name, and refuses those that cannot work:
 * a missing file, no PEM, a client certificate out of its time, a key that does not belong to it.
 */
export function readCertificates(cluster: Cluster, user: User | undefined, now: number): TlsMaterial {
  const ca = material(cluster.caFile, cluster.caData, `certificate-authority of cluster ${quote(cluster.name)}`)
  const cert = material(user?.certFile, user?.certData, `client-certificate of user ${quote(user?.name)}`)
  const key = material(user?.keyFile, user?.keyData, `client-key of user ${quote(user?.name)}`)
  if (ca && !cluster.skipTlsVerify) parseCertificate(ca)
  if (cert && user) checkDates(parseCertificate(cert), user.name, now)
  if (cert && user) checkPair(cert.text, key?.text, user.name)
  return {
    ca: ca?.text,
    cert: cert?.text,
    key: key?.text,
    servername: cluster.tlsServerName,
    rejectUnauthorized: !cluster.skipTlsVerify,
  }
}

type Material = { readonly text: string; readonly from: string }

/** The `-data` form wins over the file, as in client-go. */
function material(file: string | undefined, data: string | undefined, what: string): Material | undefined {
  if (data) return { text: Buffer.from(data, 'base64').toString(), from: `${what} (inline data)` }
  if (!file) return undefined
  try {
    return { text: readFileSync(file, 'utf8'), from: file }
  } catch (cause) {
    throw new ExpectedError(`Cannot read ${file}, the ${what}: ${reason(cause)}`, {
      code: 'certificate-unreadable',
      hint: 'Restore the file, or fetch the kubeconfig for this cluster again',
      cause,
    })
  }
}

function parseCertificate(pem: Material): X509Certificate {
  try {
    return new X509Certificate(pem.text)
  } catch (cause) {
    throw new ExpectedError(`No PEM certificate in ${pem.from}`, {
      code: 'certificate-invalid',
      hint: 'Fetch the kubeconfig for this cluster again',
      cause,
    })
  }
}

function checkDates(certificate: X509Certificate, user: string, now: number): void {
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]
  if (now > to) {
    throw new ExpectedError(`The client certificate of user ${quote(user)} expired on ${when(to)}`, {
      code: 'client-certificate-expired',
      hint: 'Renew it: log in again with your provider, or on a kubeadm control plane: kubeadm certs renew admin.conf',
    })
  }
  if (now < from) {
    throw new ExpectedError(`The client certificate of user ${quote(user)} is not valid before ${when(from)}`, {
      code: 'client-certificate-not-yet-valid',
      hint: "Check this machine's clock",
    })
  }
}

function checkPair(cert: string, key: string | undefined, user: string): void {
  try {
    if (key) createSecureContext({ cert, key })
  } catch (cause) {
    throw new ExpectedError(`The client key of user ${quote(user)} cannot be used with its certificate`, {
      code: 'client-key-invalid',
      hint: 'Fetch the kubeconfig for this cluster again',
      cause,
    })
  }
  if (key) return
  throw new ExpectedError(`User ${quote(user)} has a client certificate but no client key`, {
    code: 'client-key-invalid',
    hint: 'Add client-key or client-key-data to the user in the kubeconfig',
  })
}

const when = (time: number) =>
  new Date(time)
    .toISOString()
    .replace('T', ' ')
    .replace(/:\d\d\.\d+Z$/, ' UTC')
const quote = (name: string | undefined) => JSON.stringify(name ?? '')

/** The system's word for a failed file operation, in a reader's words. */
export function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'no such file',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EISDIR: 'it is a directory',
    ENOTDIR: 'a part of the path is not a directory',
  }
  return words[code] ?? (code || String(error))
}
