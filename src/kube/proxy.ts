import http from 'node:http'
import https from 'node:https'
import { BlockList, isIP, type Socket } from 'node:net'
import { ExpectedError } from '../errors.ts'
import type { Config } from './config.ts'
import { codeOf, ProxyRefusal } from './network.ts'

/**
 * The proxy for the cluster's server, if any: `proxy-url` of the cluster, else the environment by Go's rules
 * (golang.org/x/net/http/httpproxy: lower and upper case, NO_PROXY, never for loopback).
 */
export function proxyFor(config: Pick<Config, 'server' | 'cluster' | 'env'>): URL | undefined {
  const { server, cluster, env } = config
  const named = (name: string) => env[name] || env[name.toLowerCase()] || undefined
  const fromEnv = named(server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY')
  const text = cluster.proxyUrl ?? (bypasses(server, named('NO_PROXY') ?? '') ? undefined : fromEnv)
  if (!text) return undefined
  const full = text.includes('://') ? text : `http://${text}`
  const url = URL.canParse(full) ? new URL(full) : undefined
  if (url && ['http:', 'https:', 'socks5:', 'socks5h:'].includes(url.protocol)) return url
  throw new ExpectedError(`The proxy address is not usable: ${text.replace(/\/\/[^@/]*@/, '//')}`, {
    code: 'proxy-invalid',
    hint: 'Use http, https or socks5 in proxy-url of the cluster or in HTTPS_PROXY',
  })
}

function bypasses(server: URL, noProxy: string): boolean {
  const host = bare(server.hostname).toLowerCase()
  if (host === 'localhost' || /^127\./.test(host) || host === '::1') return true
  const port = server.port || (server.protocol === 'https:' ? '443' : '80')
  const entries = noProxy.split(',').map(entry => entry.trim().toLowerCase())
  return entries.filter(Boolean).some(entry => matches(entry, host, port))
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return inRange(entry, host)
  const [, name = entry, entryPort] = /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(isIP(entry) ? `[${entry}]` : entry) ?? []
  if (entryPort && entryPort !== port) return false
  if (isIP(name)) return name === host
  const suffix = name.replace(/^\*?\./, '.')
  return suffix.startsWith('.') ? host.endsWith(suffix) : host === suffix || host.endsWith(`.${suffix}`)
}

function inRange(entry: string, host: string): boolean {
  const [address = '', bits = ''] = entry.split('/')
  const [family, hostFamily] = [isIP(address), isIP(host)]
  if (!family || family !== hostFamily || !/^\d+$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  list.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6')
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6')
}

/** Opens a way through the proxy and gives the raw socket to the target. */
export async function tunnel(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return proxy.protocol.startsWith('socks') ? socksTunnel(proxy, host, port) : httpTunnel(proxy, host, port, signal)
}

async function socksTunnel(proxy: URL, host: string, port: number): Promise<Socket> {
  const { SocksClient } = await import('socks')
  const { username, password } = login(proxy)
  const through = { host: bare(proxy.hostname), port: Number(proxy.port || 1080), type: 5 as const }
  try {
    const opened = await SocksClient.createConnection({
      proxy: username ? { ...through, userId: username, password } : through,
      command: 'connect',
      destination: { host, port },
      timeout: 10_000,
    })
    return opened.socket
  } catch (cause) {
    throw new ProxyRefusal(`The proxy ${proxy.host} gave no way to ${host}:${port}: ${(cause as Error).message}`, {
      cause,
    })
  }
}

async function httpTunnel(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const { username, password } = login(proxy)
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const headers = { host: target, ...(username ? { 'proxy-authorization': authorization } : {}) }
  const { request } = proxy.protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const asked = request(new URL(proxy.origin), { method: 'CONNECT', path: target, headers, agent: false, signal })
    const refuse = (why: string, cause?: unknown) =>
      reject(new ProxyRefusal(`The proxy ${proxy.host} ${why}`, { cause }))
    asked.once('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket as Socket)
      socket.destroy()
      refuse(`refused the way to ${target}: HTTP ${response.statusCode}`)
    })
    asked.once('error', cause => refuse(`cannot be reached: ${cause.message || codeOf(cause)}`, cause))
    asked.end()
  })
}

/** The name and password that a URL carries, '' without. */
export function login(url: URL): { readonly username: string; readonly password: string } {
  return { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }
}

/** A URL writes an IPv6 address in brackets; sockets want it without. */
export function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '')
}
