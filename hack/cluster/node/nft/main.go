//go:build linux

// Command nft carries out the part of the nft language in which kube-proxy
// writes: kube-proxy hands its rules to a program of this name, and a machine
// need not have one. It talks to the kernel itself, in one transaction, so that
// either all of its input is in force or nothing of it.
//
// What it does not know it refuses, naming it: a rule left out in silence would
// be a Service that does not answer. It lists nothing: kube-proxy reads over
// netlink, and where it cannot, it writes anew.
package main

import (
	"fmt"
	"io"
	"os"
	"slices"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func run(args []string, in io.Reader, out io.Writer) error {
	check := slices.Contains(args, "--check")
	args = slices.DeleteFunc(slices.Clone(args), func(arg string) bool { return arg == "--check" })
	switch {
	case slices.Equal(args, []string{"--version"}):
		_, err := fmt.Fprintln(out, "nftables v1.1.0 (what kube-proxy needs of it)")
		return err
	case !slices.Equal(args, []string{"-f", "-"}):
		return fmt.Errorf("only --version and [--check] -f - are known here, not %q", args)
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	transaction, err := newTransaction()
	if err != nil {
		return err
	}
	if err := transaction.read(string(text)); err != nil {
		return err
	}
	if check {
		return nil
	}
	return transaction.commit()
}
