package binaries

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/progress"
)

// build is one run of go build.
type build struct {
	what        string // in words, for people
	arguments   []string
	flags       string // further ones for the linker
	environment []string
}

// compile runs go build and reports how far it is.
func (p plan) compile(ctx context.Context, b build, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	arguments := append([]string{"build", "-v", "-mod=readonly", "-trimpath", "-buildvcs=false",
		"-ldflags", strings.TrimSpace("-s -w " + versionFlags(p.build.Version) + " " + b.flags)}, b.arguments...)
	command := goCommand(ctx, p.source, arguments...)
	command.Env = append(command.Env, b.environment...)
	// An interrupted go build cleans up after itself; a killed one does not.
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGINT) }
	command.WaitDelay = 10 * time.Second
	messages, err := command.StderrPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("starting go build: %w", err)
	}
	line := progress.Start(out, b.what)
	tail := follow(messages, line)
	if err := command.Wait(); err != nil {
		line.Stop("failed")
		return buildFailure(ctx, err, tail)
	}
	line.Stop("done")
	return nil
}

// follow reads the output of go build to its end. Import paths and downloads are
// progress; of anything else it returns the last lines, for an error message.
func follow(messages io.Reader, line *progress.Line) []string {
	const kept = 30
	var compiled, downloaded int
	var tail []string
	scanner := bufio.NewScanner(messages)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		text := scanner.Text()
		switch {
		case strings.HasPrefix(text, "go: downloading "):
			downloaded++
			line.Set(fmt.Sprintf("%d modules downloaded", downloaded))
		case isImportPath(text):
			compiled++
			line.Set(compiledWords(text, compiled))
		default:
			tail = append(tail, text)
			tail = tail[max(0, len(tail)-kept):]
		}
	}
	return tail
}

// compiledWords describes the progress. The last package is the program itself,
// after which the linker works for half a minute without output.
func compiledWords(importPath string, compiled int) string {
	if strings.HasSuffix(importPath, inRepository) {
		return "linking"
	}
	return fmt.Sprintf("%d packages compiled", compiled)
}

func isImportPath(text string) bool {
	return text != "" && !strings.ContainsAny(text, " \t:#")
}

func buildFailure(ctx context.Context, err error, tail []string) error {
	if ctx.Err() != nil {
		return fmt.Errorf("the build was interrupted; what is compiled so far is kept, so the next one is shorter: %w", ctx.Err())
	}
	text := strings.Join(tail, "\n")
	if strings.Contains(text, "signal: killed") {
		text += "\nthe compiler was killed: the machine probably ran out of memory (about 3 GB are needed); GOFLAGS=-p=1 needs less"
	}
	return fmt.Errorf("go build: %w\n%s", err, text)
}

// versionFlags make the servers say the version that they were built from: a
// release sets these variables the same way.
func versionFlags(version string) string {
	major, rest, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	values := [][2]string{
		{"gitVersion", version}, {"gitMajor", major}, {"gitMinor", minor},
		{"gitCommit", "unknown"}, {"gitTreeState", "archive"},
	}
	var flags []string
	for _, pkg := range []string{"k8s.io/component-base/version", "k8s.io/client-go/pkg/version"} {
		for _, value := range values {
			flags = append(flags, fmt.Sprintf("-X %s.%s=%s", pkg, value[0], value[1]))
		}
	}
	return strings.Join(flags, " ")
}

// goCommand runs the go tool in the servers' module. Without cgo no C compiler
// is needed, and no workspace of the caller may interfere.
func goCommand(ctx context.Context, dir string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "go", args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOOS=", "GOARCH=")
	return command
}

func goEnv(ctx context.Context, dir, name string) (string, error) {
	command := goCommand(ctx, dir, "env", name)
	var complaint strings.Builder
	command.Stderr = &complaint
	output, err := command.Output()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("the go command is not on the PATH; install Go 1.26 or newer (https://go.dev/doc/install)")
	case err != nil: // too old a Go says so here, in its own good words
		return "", fmt.Errorf("go env %s: %w\n%s", name, err, strings.TrimSpace(complaint.String()))
	}
	return strings.TrimSpace(string(output)), nil
}
