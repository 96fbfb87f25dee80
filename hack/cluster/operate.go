package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/cluster"
)

func status(flags *flag.FlagSet) func(context.Context, []string) error {
	name := nameFlag(flags)
	return func(ctx context.Context, args []string) error {
		c, err := one(*name, args)
		if err != nil {
			return err
		}
		seen, err := c.Look(ctx)
		if err != nil {
			return err
		}
		age := time.Since(seen.State.Created).Truncate(time.Second)
		fmt.Printf("cluster %s: Kubernetes %s, nodes %s, up %s\n\n", c.Name, seen.Server, seen.Nodes, age)
		table := tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', 0)
		fmt.Fprintln(table, "COMPONENT\tIS\tPID\tPORT\tUP")
		for _, component := range seen.Components {
			pid, uptime := "-", "-"
			if component.Uptime > 0 || component.Process.Runs() {
				pid, uptime = fmt.Sprint(component.Process.PID), component.Uptime.String()
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\n", component.Name, component.Word, pid, component.Port, uptime)
		}
		if err := table.Flush(); err != nil {
			return err
		}
		fmt.Printf("\nkubeconfig  %s\n", c.Kubeconfig())
		if !seen.Ready() {
			return errSilent
		}
		return nil
	}
}

func logs(flags *flag.FlagSet) func(context.Context, []string) error {
	name := nameFlag(flags)
	follow := flags.Bool("f", false, "go on printing what is added")
	lines := flags.Int("lines", 20, "`how many` lines of each")
	return func(ctx context.Context, args []string) error {
		c, err := existing(*name, nil)
		if err != nil {
			return err
		}
		state, err := c.Load()
		if err != nil {
			return err
		}
		names := c.LogNames(state)
		if len(args) > 0 {
			for _, wanted := range args {
				if !slices.Contains(names, wanted) {
					return fmt.Errorf("there is no log %q; there are %s", wanted, strings.Join(names, ", "))
				}
			}
			names = args
		}
		c.PrintLogs(os.Stdout, names, *lines)
		if *follow {
			return c.FollowLogs(ctx, os.Stdout, names)
		}
		return nil
	}
}

func stop(flags *flag.FlagSet) func(context.Context, []string) error {
	name := nameFlag(flags)
	kill := flags.Bool("kill", false, "without warning (SIGKILL)")
	return func(ctx context.Context, args []string) error {
		return forEach(*name, args, func(c cluster.Cluster, component string) error {
			began := time.Now()
			if err := c.Stop(ctx, os.Stderr, component, *kill); err != nil {
				return err
			}
			fmt.Printf("%s is stopped after %.1fs\n", component, time.Since(began).Seconds())
			return nil
		})
	}
}

func start(flags *flag.FlagSet) func(context.Context, []string) error {
	name := nameFlag(flags)
	return func(ctx context.Context, args []string) error {
		return forEach(*name, args, func(c cluster.Cluster, component string) error {
			began := time.Now()
			if err := c.Start(ctx, os.Stderr, component); err != nil {
				return err
			}
			fmt.Printf("%s is ready after %.1fs\n", component, time.Since(began).Seconds())
			return nil
		})
	}
}

func forEach(name string, components []string, do func(cluster.Cluster, string) error) error {
	c, err := existing(name, nil)
	if err != nil {
		return err
	}
	if len(components) == 0 {
		return errors.New("name a component, such as kube-apiserver (status lists them)")
	}
	for _, component := range components {
		if err := do(c, component); err != nil {
			return err
		}
	}
	return nil
}
