package cluster

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

const audit = "audit"

// LogNames lists the existing logs.
func (c Cluster) LogNames(state *State) []string {
	var names []string
	for _, component := range state.Components {
		names = append(names, component.Name)
	}
	if _, err := os.Stat(c.Log(audit)); err == nil {
		names = append(names, audit)
	}
	return names
}

// PrintLogs prints the end of each log, under its name if there are several.
func (c Cluster) PrintLogs(out io.Writer, names []string, lines int) {
	for _, name := range names {
		if len(names) > 1 {
			fmt.Fprintf(out, "==> %s: %s\n", name, c.Log(name))
		}
		if text := lastLines(c.Log(name), lines); text != "" {
			fmt.Fprintln(out, text)
		}
	}
}

// FollowLogs prints what is added to the logs until ctx ends.
func (c Cluster) FollowLogs(ctx context.Context, out io.Writer, names []string) error {
	followed := make([]*followedLog, len(names))
	for i, name := range names {
		followed[i] = &followedLog{path: c.Log(name)}
		if len(names) > 1 {
			followed[i].prefix = name + " | "
		}
		if info, err := os.Stat(followed[i].path); err == nil {
			followed[i].offset = info.Size()
		}
	}
	for {
		for _, log := range followed {
			if err := log.advance(out); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(250 * time.Millisecond):
		}
	}
}

type followedLog struct {
	path   string
	prefix string
	offset int64
}

// advance prints the whole lines that were added since the last time.
func (f *followedLog) advance(out io.Writer) error {
	file, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	if info, err := file.Stat(); err == nil && info.Size() < f.offset { // the audit log was begun anew
		f.offset = 0
	}
	added, err := io.ReadAll(io.NewSectionReader(file, f.offset, 16<<20))
	if err != nil {
		return err
	}
	end := bytes.LastIndexByte(added, '\n') + 1
	f.offset += int64(end)
	for line := range bytes.Lines(added[:end]) {
		fmt.Fprintf(out, "%s%s", f.prefix, line)
	}
	return nil
}

// lastLines reads the end of a file, which may be large or absent.
func lastLines(path string, n int) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = file.Close() }()
	const most = 256 << 10
	if info, err := file.Stat(); err == nil && info.Size() > most {
		_, _ = file.Seek(-most, io.SeekEnd)
	}
	content, _ := io.ReadAll(file)
	lines := strings.Split(strings.TrimRight(string(content), "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(text, "\n", "\n    ")
}
