import http from 'node:http'
import net from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { proxyFor } from '../../src/kube/proxy.ts'
import { clusterUnreachable } from '../../src/kube/unreachable.ts'
import { clientFor, listen, onTls } from './server.ts'
import { expected, failure } from './support.ts'

const test = suite('proxy')

function chosen(server: string, env: Record<string, string>, proxyUrl?: string): string | undefined {
  const cluster = {
    name: 'c',
    server,
    caFile: undefined,
    caData: undefined,
    skipTlsVerify: false,
    tlsServerName: undefined,
    proxyUrl,
  }
  return proxyFor({ server: new URL(server), cluster, env })?.href
}

test('proxy-url wins over the environment, upper case over lower', () => {
  const env = { HTTPS_PROXY: 'http://upper:1', https_proxy: 'http://lower:1', NO_PROXY: '*' }
  assert.is(chosen('https://api', env, 'socks5://jump:1080'), 'socks5://jump:1080')
  assert.is(chosen('https://api', { ...env, NO_PROXY: '' }), 'http://upper:1/')
  assert.is(chosen('http://api', env), undefined)
})

const bypassed: readonly [server: string, noProxy: string, direct: boolean][] = [
  ['https://localhost', '', true],
  ['https://127.0.0.1', '', true],
  ['https://[::1]:6443', '', true],
  ['https://api.example.com', 'example.com', true],
  ['https://example.com', 'example.com', true],
  ['https://example.com', '.example.com', false],
  ['https://notexample.com', 'example.com', false],
  ['https://api.example.com:6443', 'other, api.example.com:6443', true],
  ['https://api.example.com:6443', 'api.example.com:443', false],
  ['https://10.1.2.3', '10.0.0.0/8', true],
  ['https://11.1.2.3', '10.0.0.0/8', false],
  ['https://[fd00::5]', 'fd00::/8', true],
  ['https://[fd00::5]', 'fd00::5', true],
  ['https://api', '*', true],
]

for (const [server, noProxy, direct] of bypassed) {
  test(`NO_PROXY ${JSON.stringify(noProxy)} and ${server}`, () => {
    assert.is(chosen(server, { https_proxy: 'proxy:3128', no_proxy: noProxy }) === undefined, direct)
  })
}

test('a proxy address that is none', async () => {
  const error = await expected(() => chosen('https://api', {}, 'ftp://user:secret@host'))
  assert.is(error.code, 'proxy-invalid')
  assert.not.match(error.message, 'secret')
})

/** An HTTP proxy that opens tunnels and keeps a note of what was asked. */
function httpProxy(asked: string[]): http.Server {
  const proxy = http.createServer()
  proxy.on('connect', (request, socket, head) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`)
    const [, host = '', port] = /^(.*):(\d+)$/.exec(request.url ?? '') ?? []
    if (host === 'forbidden.test') return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    const target = net.connect(Number(port), host.replace('api.test.example', '127.0.0.1'))
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    target.write(head)
    target.pipe(socket).pipe(target)
    for (const end of [socket, target]) end.on('error', () => undefined)
  })
  return proxy
}

test('goes through an HTTP proxy, TLS inside', async () => {
  const asked: string[] = []
  const api = await listen(onTls('server', (_, response) => response.end('"through"')))
  const proxy = await listen(httpProxy(asked))
  const env = { HTTPS_PROXY: `http://me:pass@127.0.0.1:${proxy.port}` }
  const client = clientFor({ server: `https://api.test.example:${api.port}`, env })
  assert.equal(await Promise.all([client.get('/a'), client.get('/b')]), ['through', 'through'])
  assert.is(await client.get('/c'), 'through')
  assert.is(asked.length, 2)
  assert.is(asked[0], `api.test.example:${api.port} Basic ${Buffer.from('me:pass').toString('base64')}`)
  for (const each of [client, proxy, api]) each.close()
})

test('goes through a SOCKS5 proxy, which resolves the name', async () => {
  const asked: string[] = []
  const api = await listen(http.createServer((_, response) => response.end('"through"')))
  const proxy = await listen(socksProxy(asked))
  const cluster = [`proxy-url: socks5://127.0.0.1:${proxy.port}`]
  const client = clientFor({ server: `http://api.test.example:${api.port}`, cluster })
  assert.is(await client.get('/a'), 'through')
  assert.equal(asked, ['api.test.example'])
  for (const each of [client, proxy, api]) each.close()
})

/** The least of RFC 1928: no authentication, CONNECT to a name, always on loopback. */
function socksProxy(asked: string[]): net.Server {
  return net.createServer(socket => {
    socket.once('data', () => {
      socket.write(Buffer.of(5, 0))
      socket.once('data', request => {
        const end = 5 + (request[4] ?? 0)
        asked.push(request.toString('latin1', 5, end))
        const target = net.connect(request.readUInt16BE(end), '127.0.0.1')
        socket.write(Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0))
        target.pipe(socket).pipe(target)
        target.on('error', () => undefined)
      })
    })
  })
}

test('a proxy that refuses, and one that is not there', async () => {
  const proxy = await listen(httpProxy([]))
  const server = 'https://forbidden.test:6443'
  const says = async (address: string) => {
    const client = clientFor({ server, cluster: [`proxy-url: ${address}`] })
    const error = clusterUnreachable(await failure(() => client.get('/version')), client)
    client.close()
    assert.is(error.code, 'proxy')
    return error.message
  }
  const address = `127.0.0.1:${proxy.port}`
  assert.is(await says(`http://${address}`), `The proxy ${address} refused the way to forbidden.test:6443: HTTP 403`)
  proxy.close()
  assert.match(await says(`http://${address}`), `The proxy ${address} cannot be reached`)
})

test.run()
