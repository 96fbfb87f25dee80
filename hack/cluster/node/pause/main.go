// Command pause is the only program of the pause image: it holds a pod's
// namespaces while its containers come and go.
package main

import "github.com/mezzanotte/mezzanotte/hack/cluster/node/orphans"

func main() { orphans.Collect() }
