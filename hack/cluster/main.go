// Command cluster runs a real Kubernetes anywhere: the control plane is built
// from Go modules and runs as plain processes on the loopback interface, with
// simulated nodes. No containers, no root, no prebuilt programs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

const usage = `A real Kubernetes on this machine, built from Go modules.

  cluster up                start a cluster (--nodes, --ready-delay, --ready-jitter, --audit)
                            with --nodes real: one node that runs what it is given
  cluster load IMAGE.tar    give the real node images; nothing is pulled
  cluster down              end it and remove everything of it (--all: every cluster)
  cluster status            what runs, where, since when
  cluster kubeconfig        where the administrator's kubeconfig is (--content: print it)
  cluster kubectl -- ARGS   kubectl of the same version, on this cluster
  cluster logs [COMPONENT]  the end of the logs; -f goes on; "audit" is the audit log
  cluster stop COMPONENT    stop one server (--kill: without warning)
  cluster start COMPONENT   start it again, just as it was
  cluster assets            build if needed, print a folder for KUBEBUILDER_ASSETS

Every command takes --name (default "mezzanotte"): several clusters live side by
side. "cluster COMMAND -h" says more.
`

// command is one word of the command line. It declares its flags and returns
// what runs once they are read.
type command func(flags *flag.FlagSet) func(ctx context.Context, args []string) error

var commands = map[string]command{
	"up":         up,
	"down":       down,
	"status":     status,
	"kubeconfig": kubeconfig,
	"kubectl":    kubectl,
	"load":       load,
	"logs":       logs,
	"stop":       stop,
	"start":      start,
	"assets":     assets,
}

// errSilent is a failure whose reason is already printed.
var errSilent = errors.New("")

func main() { os.Exit(execute(os.Args[1:])) }

// execute runs one command and returns the exit status.
func execute(args []string) int {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	err := run(ctx, args)
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errSilent):
		return 1
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "cluster: interrupted")
		return 130
	default:
		fmt.Fprintln(os.Stderr, "cluster:", err)
		return 1
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		fmt.Print(usage)
		return nil
	}
	name := args[0]
	command, found := commands[name]
	if !found {
		return fmt.Errorf("there is no command %q\n\n%s", name, usage)
	}
	flags := flag.NewFlagSet("cluster "+name, flag.ContinueOnError)
	do := command(flags)
	read := parse
	if name == "kubectl" { // what follows its first word is kubectl's own
		read = parsePlain
	}
	rest, err := read(flags, args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	if err != nil {
		return errSilent // the flag package has said it, with the usage
	}
	return do(ctx, rest)
}

// parse reads flags before and after the other arguments, up to "--".
func parse(flags *flag.FlagSet, args []string) (rest []string, err error) {
	for len(args) > 0 {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		remaining := flags.Args()
		consumed := len(args) - len(remaining)
		if consumed > 0 && args[consumed-1] == "--" {
			return append(rest, remaining...), nil
		}
		if len(remaining) == 0 {
			break
		}
		rest = append(rest, remaining[0])
		args = remaining[1:]
	}
	return rest, nil
}

func parsePlain(flags *flag.FlagSet, args []string) (rest []string, err error) {
	err = flags.Parse(args)
	return flags.Args(), err
}
