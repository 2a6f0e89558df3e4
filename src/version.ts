/** Set by the build from package.json; sources that run unbuilt say so. */
declare const DNSFIX_VERSION: string | undefined

export const version: string = typeof DNSFIX_VERSION === 'string' ? DNSFIX_VERSION : '0.0.0-source'

/** Where an error of ours is to be reported. */
export const reportAt = 'https://github.com/kubectl-dnsfix/kubectl-dnsfix/issues'
