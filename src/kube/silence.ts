import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'

/** Seconds without a byte until we ask whether anybody is there, and until we take it that nobody is. */
const pingAfter = 3
const lostAfter = 5

/** Nothing comes over the connection any more, not even the reply to a ping; nobody closed it. */
class Lost extends Error {
  readonly code = 'ETIMEDOUT'
}

/**
 * Returns a function that takes each request of an HTTP/2 connection. While one is open, a connection that falls silent is
 * asked for a sign of life; when none comes it is `gone`, and ends: after a change of VPN or NAT nothing else would ever end it.
 * kubectl does so too (k8s.io/apimachinery, pkg/util/net/http.go), but after 30 and 15 s; a request of ours has 10 s in all.
 */
export function endWhenLost(
  session: ClientHttp2Session,
  socket: Socket,
  gone: () => void,
): (stream: ClientHttp2Stream) => void {
  let open = 0
  let timer: NodeJS.Timeout | undefined
  const end = () => {
    // Its requests fail, and are sent again, before the session tells that it is closed.
    gone()
    session.destroy(new Lost('the connection was lost: not even a ping is answered'))
  }
  return stream => {
    if (open++ === 0) timer = listening(session, socket, end)
    stream.once('close', () => {
      if (--open === 0) clearInterval(timer)
    })
  }
}

/**
 * Counts seconds rather than asking the clock: a program that was busy or asleep reads between two of them what has come
 * meanwhile.
 */
function listening(session: ClientHttp2Session, socket: Socket, end: () => void): NodeJS.Timeout {
  let heard = socket.bytesRead
  let silent = 0
  const second = () => {
    silent = socket.bytesRead === heard ? silent + 1 : 0
    heard = socket.bytesRead
    if (session.destroyed) return
    if (silent === pingAfter) session.ping(() => undefined)
    if (silent === lostAfter) end()
  }
  return setInterval(second, 1000).unref()
}
