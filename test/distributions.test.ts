import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { distributionOf } from '../src/distributions.ts'
import type { Node } from '../src/snapshot/objects.ts'
import { healthy } from './clusters.ts'

const test = suite('distributions')

const versioned = (gitVersion: string) => ({ version: [{ gitVersion }] })
const labelled = (label: string) => ({ nodes: [{ metadata: { name: 'n', labels: { [label]: 'x' } } }] })
const provided = (providerID: string) => ({ nodes: [{ metadata: { name: 'n' }, spec: { providerID } }] })
const kubeadm = { configMaps: [{ metadata: { name: 'kubeadm-config' } }] }

const marks: readonly [seen: Partial<Parameters<typeof distributionOf>[0]>, name: string][] = [
  [versioned('v1.33.4+k3s1'), 'k3s'],
  [provided('k3s://n'), 'k3s'],
  [versioned('v1.33.4+rke2r1'), 'rke2'],
  [versioned('v1.33.4+k0s'), 'k0s'],
  [versioned('v1.33.4-eks-99d6cc0'), 'eks'],
  [labelled('eks.amazonaws.com/nodegroup'), 'eks'],
  [versioned('v1.33.4-gke.1036000'), 'gke'],
  [labelled('cloud.google.com/gke-nodepool'), 'gke'],
  [labelled('kubernetes.azure.com/cluster'), 'aks'],
  [labelled('node.openshift.io/os_id'), 'openshift'],
  [{ nodes: [{ metadata: { name: 'n' }, status: { nodeInfo: { osImage: 'Talos (v1.11.1)' } } }] }, 'talos'],
  [labelled('microk8s.io/cluster'), 'microk8s'],
  [labelled('kops.k8s.io/instancegroup'), 'kops'],
  [{ ...provided('kind://docker/kind/kind-control-plane'), ...kubeadm }, 'kind'],
  [{ ...labelled('minikube.k8s.io/name'), ...kubeadm }, 'minikube'],
  [kubeadm, 'kubeadm'],
  [{ ...versioned('v1.35.4') }, 'unknown'],
  [{}, 'unknown'],
]
for (const [seen, name] of marks) {
  test(`${name} by ${JSON.stringify(seen)}`, () => {
    assert.is(distributionOf({ version: [], nodes: [] as readonly Node[], configMaps: [], ...seen }), name)
  })
}

test('a whole cluster', () => assert.is(distributionOf(healthy), 'kubeadm'))

test.run()
