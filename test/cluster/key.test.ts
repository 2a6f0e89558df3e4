import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { contentsOf, keyOf, resolveIn } from './build/key.ts'

const folder = mkdtempSync(join(tmpdir(), 'dnsfix-key-'))
test.after(() => rmSync(folder, { recursive: true }))

test('a key changes with each input and with where one ends', () => {
  assert.is(keyOf('a', 'b'), keyOf('a', 'b'))
  assert.is.not(keyOf('a', 'b'), keyOf('b', 'a'))
  assert.is.not(keyOf('ab', ''), keyOf('a', 'b'))
})

test('the contents of a folder change with names and with contents', () => {
  mkdirSync(join(folder, 'source'))
  writeFileSync(join(folder, 'source', 'main.go'), 'package main')
  const before = contentsOf(join(folder, 'source'))
  assert.is(contentsOf(join(folder, 'source')), before)
  writeFileSync(join(folder, 'source', 'main.go'), 'package other')
  const edited = contentsOf(join(folder, 'source'))
  assert.is.not(edited, before)
  writeFileSync(join(folder, 'source', 'more.go'), '')
  assert.is.not(contentsOf(join(folder, 'source')), edited)
})

test('links inside a root file system never lead out of it', () => {
  mkdirSync(join(folder, 'root/etc/alternatives'), { recursive: true })
  mkdirSync(join(folder, 'root/usr/sbin'), { recursive: true })
  symlinkSync('/etc/alternatives/tool', join(folder, 'root/usr/sbin/tool'))
  symlinkSync('../../usr/sbin/tool-legacy', join(folder, 'root/etc/alternatives/tool'))
  assert.is(resolveIn(join(folder, 'root'), '/usr/sbin/tool'), '/usr/sbin/tool-legacy')
})

test.run()
