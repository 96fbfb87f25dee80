package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/binaries"
	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/cluster"
	"github.com/mezzanotte/mezzanotte/hack/cluster/internal/realnode"
)

func nameFlag(flags *flag.FlagSet) *string {
	return flags.String("name", cluster.DefaultName, "which `cluster`")
}

func up(flags *flag.FlagSet) func(context.Context, []string) error {
	name := nameFlag(flags)
	nodes := flags.String("nodes", "10", "`how many` simulated nodes, or \"real\": one real node (Linux, as root)")
	options := cluster.Options{}
	flags.DurationVar(&options.Pace.Earliest, "ready-delay", 5*time.Second, "a pod is Ready this long after it is scheduled, at the earliest")
	flags.DurationVar(&options.Pace.Latest, "ready-jitter", 8*time.Second, "and at the latest: each pod draws a moment in between")
	flags.BoolVar(&options.Audit, "audit", true, "keep an audit log (who did what when, without contents)")
	return func(ctx context.Context, args []string) error {
		c, err := one(*name, args)
		if err != nil {
			return err
		}
		if options.Real = *nodes == "real"; !options.Real {
			if options.Nodes, err = nodeCount(*nodes); err != nil {
				return err
			}
		}
		began := time.Now()
		started, err := c.Up(ctx, os.Stderr, options)
		if err != nil {
			return err
		}
		if !started {
			fmt.Printf("cluster %s is already up\n", c.Name)
			return nil
		}
		return introduce(os.Stdout, c, time.Since(began))
	}
}

// nodeCount reads --nodes where it is not "real".
func nodeCount(text string) (int, error) {
	count, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("--nodes %q is neither a number nor \"real\"", text)
	}
	return count, nil
}

func introduce(out io.Writer, c cluster.Cluster, took time.Duration) error {
	state, err := c.Load()
	if err != nil {
		return err
	}
	suffix := ""
	if c.Name != cluster.DefaultName {
		suffix = " --name " + c.Name
	}
	nodes, more := fmt.Sprintf("%d simulated nodes", state.Nodes), ""
	if state.Real != nil {
		nodes = "one real node"
		more = fmt.Sprintf("  %-32sgives the node an image; nothing is pulled\n  %-32sthis machine, as pods see it (also %s)\n",
			"cluster load"+suffix+" IMAGE.tar", state.Real.Network.Machine, realnode.MachineName)
	}
	fmt.Fprintf(out, `cluster %s is up after %.1fs: Kubernetes %s, %s

  export KUBECONFIG=%q
  cluster kubectl%s -- get nodes    kubectl of the same version
  cluster status%s
  cluster down%s                    ends it and removes everything
%s`, c.Name, took.Seconds(), state.Version, nodes, c.Kubeconfig(), suffix, suffix, suffix, more)
	return nil
}

func down(flags *flag.FlagSet) func(context.Context, []string) error {
	name := nameFlag(flags)
	all := flags.Bool("all", false, "every cluster")
	return func(ctx context.Context, args []string) error {
		clusters, err := cluster.All()
		if !*all {
			var c cluster.Cluster
			c, err = one(*name, args)
			clusters = []cluster.Cluster{c}
		}
		if err != nil {
			return err
		}
		var errs []error
		for _, c := range clusters {
			was, err := c.Down(ctx, os.Stderr)
			switch {
			case err != nil:
				errs = append(errs, fmt.Errorf("cluster %s: %w", c.Name, err))
			case was:
				fmt.Printf("cluster %s is down\n", c.Name)
			default:
				fmt.Printf("there is no cluster %s\n", c.Name)
			}
		}
		return errors.Join(errs...)
	}
}

func kubeconfig(flags *flag.FlagSet) func(context.Context, []string) error {
	name := nameFlag(flags)
	content := flags.Bool("content", false, "print what is in it, not where it is")
	return func(_ context.Context, args []string) error {
		c, err := existing(*name, args)
		if err != nil {
			return err
		}
		if !*content {
			fmt.Println(c.Kubeconfig())
			return nil
		}
		text, err := os.ReadFile(c.Kubeconfig())
		fmt.Print(string(text))
		return err
	}
}

func kubectl(flags *flag.FlagSet) func(context.Context, []string) error {
	name := nameFlag(flags)
	return func(_ context.Context, args []string) error {
		c, err := existing(*name, nil)
		if err != nil {
			return err
		}
		state, err := c.Load()
		if err != nil {
			return err
		}
		program := binaries.Build{Dir: state.Binaries}.Program("kubectl")
		environment := append(os.Environ(), "KUBECONFIG="+c.Kubeconfig())
		err = syscall.Exec(program, append([]string{program}, args...), environment)
		return fmt.Errorf("starting %s: %w", program, err)
	}
}

func load(flags *flag.FlagSet) func(context.Context, []string) error {
	name := nameFlag(flags)
	return func(ctx context.Context, args []string) error {
		c, err := existing(*name, nil)
		if err != nil {
			return err
		}
		if len(args) == 0 {
			return errors.New("name the files that hold images (OCI or Docker archives)")
		}
		for _, path := range args {
			if err := c.LoadImages(ctx, os.Stdout, path); err != nil {
				return fmt.Errorf("loading %s: %w", path, err)
			}
		}
		return nil
	}
}

func assets(flags *flag.FlagSet) func(context.Context, []string) error {
	nodes := flags.String("nodes", "", "\"real\": build the programs of a real node, too")
	return func(ctx context.Context, _ []string) error {
		build, err := binaries.Ensure(ctx, os.Stderr)
		if err != nil {
			return err
		}
		if *nodes == "real" {
			if _, err := binaries.EnsureNode(ctx, os.Stderr); err != nil {
				return err
			}
		}
		fmt.Println(build.Dir)
		return nil
	}
}

// one returns the named cluster, which may not exist.
func one(name string, args []string) (cluster.Cluster, error) {
	if len(args) > 0 {
		return cluster.Cluster{}, fmt.Errorf("%q: unexpected (a cluster is named with --name)", strings.Join(args, " "))
	}
	return cluster.Named(name)
}

// existing returns the named cluster, or an error if it does not exist.
func existing(name string, args []string) (cluster.Cluster, error) {
	c, err := one(name, args)
	if err != nil {
		return c, err
	}
	_, err = c.Load()
	return c, err
}
