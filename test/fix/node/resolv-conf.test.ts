import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { realServers, resolvConfIn, resolvConfOf, resolversIn } from '../../../src/fix/node/resolv-conf.ts'

const test = suite('resolv.conf of a node')

test('its real servers are those that are no loopback addresses', () => {
  const text =
    '# nameserver 9.9.9.9\nnameserver 127.0.0.53\nsearch a.example\n nameserver\t10.0.0.2\nnameserver fe80::1%eth0\nnameserver ::1\nnameserver 10.0.0.2\nnameserver router\n'
  assert.equal(realServers(text), ['10.0.0.2', 'fe80::1%eth0'])
})

test('what is behind the stub counts before what names the stub', () => {
  const stub = 'nameserver 127.0.0.53\n'
  const systemd = '/run/systemd/resolve/resolv.conf'
  const manager = '/run/NetworkManager/no-stub-resolv.conf'
  assert.equal(resolversIn({ [systemd]: 'nameserver 10.0.0.2\n', '/etc/resolv.conf': stub }), ['10.0.0.2'])
  assert.equal(resolversIn({ [systemd]: '# none\n', [manager]: 'nameserver 10.0.0.3\n' }), ['10.0.0.3'])
  assert.equal(resolversIn({ [systemd]: null, '/etc/resolv.conf': 'nameserver 10.0.0.4\n' }), ['10.0.0.4'])
  assert.equal(resolversIn({ '/etc/resolv.conf': stub }), [])
})

test('a flag or a setting names the file', () => {
  for (const [text, path] of [
    ['KUBELET_EXTRA_ARGS=--resolv-conf=/run/a\n', '/run/a'],
    ['KUBELET_EXTRA_ARGS="--v=2 --resolv-conf /run/a --x=1"', '/run/a'],
    ["KUBELET_EXTRA_ARGS='--resolv-conf=/run/a'", '/run/a'],
    ['kind: KubeletConfiguration\nresolvConf: "/run/a"\n', '/run/a'],
    ['resolvConf: ""\n', ''],
    ['# resolvConf: /run/a\n', null],
    ['clusterDNS:\n- 10.96.0.10\n', null],
  ] as const)
    assert.is(resolvConfIn(text), path, text)
})

test('flags of the administrator win, and the last word is the default of the kubelet', () => {
  const config = { '/var/lib/kubelet/config.yaml': 'resolvConf: /a\n' }
  const kubeadm = { '/var/lib/kubelet/kubeadm-flags.env': 'KUBELET_KUBEADM_ARGS="--resolv-conf=/b"' }
  const extra = { '/etc/sysconfig/kubelet': 'KUBELET_EXTRA_ARGS=--resolv-conf=/c' }
  assert.is(resolvConfOf({ ...config, ...kubeadm, ...extra }), '/c')
  assert.is(resolvConfOf({ ...config, ...kubeadm, '/etc/default/kubelet': null }), '/b')
  assert.is(resolvConfOf(config), '/a')
  assert.is(resolvConfOf({}), '/etc/resolv.conf')
})

test.run()
