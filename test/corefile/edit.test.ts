import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseCorefile } from '../../src/corefile/parse.ts'
import { replacedUpstream } from '../../src/criteria/stock-corefile.ts'
import { edit, refusal, two } from './edits.ts'
import { kubeadmOf } from './kubeadm.ts'
import { kubeadm132, openShift, stock } from './stock.ts'

const { openShift: _, nodeLocalTemplate, ...forwarding } = stock

for (const [name, text] of Object.entries(forwarding))
  test(`${name}: two upstreams take the place of /etc/resolv.conf and nothing else moves`, () => {
    assert.is(text.split('forward . /etc/resolv.conf').length, 2)
    const wanted = text.replace('forward . /etc/resolv.conf', `forward . ${two.join(' ')}`)
    assert.is(edit(text).text, wanted)
    assert.is(edit(wanted).text, wanted)
  })

test('a port other than 53 is that of the Service', () => {
  assert.is(refusal(openShift), 'no server block answers . on port 53')
  const { text } = edit(openShift, two, { listen: '5353' })
  assert.is(text, openShift.replace('forward . /etc/resolv.conf', `forward . ${two.join(' ')}`))
})

test('a placeholder is a target like any other', () => {
  const wanted = nodeLocalTemplate?.replace('__PILLAR__UPSTREAM__SERVERS__', two.join(' ')) ?? ''
  assert.is(edit(nodeLocalTemplate ?? '').text, wanted)
})

for (const [version, text] of Object.entries(kubeadmOf)) {
  const plugin = text.includes('proxy') ? 'proxy' : 'forward'
  test(`kubeadm ${version}: an upgrade keeps what is written`, () => {
    assert.is(replacedUpstream(parseCorefile(text)), '/etc/resolv.conf')
    const pair = edit(text)
    assert.is(pair.text, text.replace('/etc/resolv.conf', two.join(' ')))
    assert.is(replacedUpstream(parseCorefile(pair.text)), null)
    const lone = edit(text, ['10.0.0.53'])
    assert.is(replacedUpstream(parseCorefile(lone.text)), null)
    const option = plugin === 'proxy' ? 'policy random' : 'policy sequential'
    assert.match(lone.text, new RegExp(`${plugin} \\. 10\\.0\\.0\\.53 \\{[^}]*\\n       ${option}\\n    \\}\\n`))
    assert.match(lone.notes.join(), option)
    assert.is(edit(lone.text, ['10.0.0.53']).text, lone.text)
  })
}

test('a lone upstream written by hand is made to last', () => {
  const text = kubeadmOf['1.21']?.replace('/etc/resolv.conf', '10.0.0.53') ?? ''
  assert.is(
    edit(text, ['10.0.0.53']).text,
    text.replace('max_concurrent 1000\n', 'max_concurrent 1000\n       policy sequential\n'),
  )
})

test('nothing is added where an upgrade takes nothing back', () => {
  assert.is(edit(kubeadm132, ['10.0.0.53']).text, kubeadm132.replace('/etc/resolv.conf', '10.0.0.53'))
  const text = kubeadmOf['1.21'] ?? ''
  assert.equal(edit(text, ['/etc/resolv.conf']), { text, notes: [] })
})

test('braces for the option leave a comment to the line it speaks of', () => {
  const text = kubeadmOf['1.18']?.replace('resolv.conf\n', 'resolv.conf # corp\n') ?? ''
  assert.match(
    edit(text, ['10.0.0.53']).text,
    '\n    forward . 10.0.0.53 { # corp\n       policy sequential\n    }\n    cache',
  )
})

const line = (body: string) => `.:53 {\n    ${body}\n    cache 30\n}\n`
const inside: Readonly<Record<string, readonly [before: string, after: string]>> = {
  'more than before': ['forward . 1.1.1.1', 'forward . 10.0.0.53 10.0.0.54:5353'],
  'fewer than before': ['forward .  1.1.1.1  8.8.8.8\t9.9.9.9 # c', 'forward .  10.0.0.53  10.0.0.54:5353 # c'],
  'one that stays': ['forward . 10.0.0.53   8.8.8.8', 'forward . 10.0.0.53   10.0.0.54:5353'],
  quoted: ['forward "." "1.1.1.1"#c d', 'forward "." "10.0.0.53" "10.0.0.54:5353"#c d'],
  'hidden comment': ['forward . 1.1.1.1#old 8.8.8.8#too', 'forward . 10.0.0.53#old 10.0.0.54:5353#too'],
  variable: ['forward . {$UPSTREAM} {', 'forward . 10.0.0.53 10.0.0.54:5353 {'],
  'fewer, quotes before a hidden comment': [
    'forward . "1.1.1.1" 8.8.8.8 9.9.9.9#c {',
    'forward . "10.0.0.53" 10.0.0.54:5353#c {',
  ],
  'no target': ['forward .', 'forward . 10.0.0.53 10.0.0.54:5353'],
  'no argument': ['forward # c', 'forward . 10.0.0.53 10.0.0.54:5353 # c'],
  options: [
    'forward . tls://9.9.9.9 { # c\n        tls_servername q\n        except a.b # d\n    }',
    'forward . 10.0.0.53 10.0.0.54:5353 { # c\n        tls_servername q\n        except a.b # d\n    }',
  ],
}

for (const [name, [before, after]] of Object.entries(inside))
  test(`targets: ${name}`, () => {
    const close = before.endsWith('{') ? '\n    }' : ''
    assert.is(edit(line(before + close)).text, line(after + close))
  })

const added: Readonly<Record<string, readonly [before: string, after: string]>> = {
  'before cache, comments left to it': [
    '.:53 {\r\n\terrors # a\r\n\t# b\r\n\tcache 30\r\n\tloop\r\n}\r\n',
    '.:53 {\r\n\terrors # a\r\n\tNEW\r\n\t# b\r\n\tcache 30\r\n\tloop\r\n}\r\n',
  ],
  'after options': [
    '. {\n  health {\n    lameduck 5s\n  }\n\n  loop\n}\n',
    '. {\n  health {\n    lameduck 5s\n  }\n  NEW\n\n  loop\n}\n',
  ],
  'as the first': ['. { # a\n  cache\n}', '. { # a\n  NEW\n  cache\n}'],
  'as the last': ['. {\n  errors\n# end\n}\n', '. {\n  errors\n  NEW\n# end\n}\n'],
  'to an empty block': ['.:53 {\n}\n', '.:53 {\n    NEW\n}\n'],
  'to a block in one line': ['. { }', '. { \n    NEW\n}'],
  'to a block without braces': ['.\nerrors', '.\nerrors\nNEW'],
  'to a mere key': ['a.org,\n.', 'a.org,\n.\n    NEW'],
  'after quotes that are no key': ['. ""\n# c', '. ""\n    NEW\n# c'],
  'before a } without its {': ['. #\r\n}', '. #\r\n    NEW\r\n}'],
  'beside another zone': ['. {\n forward a.org 10.1.1.1\n}\n', '. {\n forward a.org 10.1.1.1\n NEW\n}\n'],
  'in the indentation of others': ['. {\n}\na.org {\n\terrors\n}\n', '. {\n\tNEW\n}\na.org {\n\terrors\n}\n'],
}

for (const [name, [before, after]] of Object.entries(added))
  test(`a forward is added ${name}`, () => {
    const wanted = after.replace('NEW', `forward . ${two.join(' ')}`)
    assert.is(edit(before).text, wanted)
    assert.is(edit(wanted).text, wanted)
  })

test.run()
