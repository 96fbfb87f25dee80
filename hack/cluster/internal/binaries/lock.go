package binaries

import (
	"context"
	"io"

	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/filelock"
	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/progress"
)

// lock lets one caller build while the others wait and say so.
func lock(ctx context.Context, path string, out io.Writer) (release func(), err error) {
	if release, taken, err := filelock.Try(path); err != nil || taken {
		return release, err
	}
	line := progress.Start(out, "waiting for another process that is building Kubernetes")
	defer line.Stop("done")
	return filelock.Wait(ctx, path)
}
