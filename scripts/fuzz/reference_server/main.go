// Command reference_server builds kustomizations with the library that kubectl 1.36.3 has inside of it (kustomize 5.8.1,
// with the same versions of what it uses), many in one process: a build takes it 2 ms where a process of kubectl takes
// 60. scripts/fuzz_build.ts asks kubectl itself about every difference that it shows.
//
// One JSON object a line goes in, {"dir": "/tree", "args": ["--reorder=none"], "reset": true}, and one comes out,
// {"ok": true, "output": "…", "stderr": "…"}. After a build that has taken 3 s of a processor, and so will go on for
// ever, it ends; the clock does not count, because the machine may have other things to do.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"syscall"
	"time"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/openapi"
)

type request struct {
	Dir  string   `json:"dir"`
	Args []string `json:"args"`
	// Whether an earlier build, or this one, changes the schema, which is global.
	Reset bool `json:"reset"`
}

type answer struct {
	OK     bool   `json:"ok"`
	Output string `json:"output"`
	Stderr string `json:"stderr"`
}

func main() {
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	out := json.NewEncoder(os.Stdout)
	for {
		var asked request
		if err := in.Decode(&asked); err != nil {
			return
		}
		done := make(chan answer, 1)
		go func() { done <- build(asked) }()
		answered, ok := await(done)
		_ = out.Encode(answered)
		if !ok {
			return
		}
	}
}

const limit = 3 * time.Second

// await returns the answer of a build, and false when it takes too long.
func await(done <-chan answer) (answer, bool) {
	start := used()
	for {
		select {
		case answered := <-done:
			return answered, true
		case <-time.After(limit / 10):
			if used()-start > limit {
				return answer{Stderr: "timeout"}, false
			}
		}
	}
}

// used is the time that this process has had of processors.
func used() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func build(asked request) (answered answer) {
	if asked.Reset {
		openapi.ResetOpenAPI()
	}
	stderr := captureStderr()
	defer func() {
		if cause := recover(); cause != nil {
			answered = answer{Stderr: fmt.Sprintf("panic: %v", cause)}
		}
		answered.Stderr = stderr() + answered.Stderr
	}()
	made, err := krusty.MakeKustomizer(optionsOf(asked.Args)).Run(filesys.MakeFsOnDisk(), asked.Dir)
	if err != nil {
		return answer{Stderr: fmt.Sprintf("error: %v\n", err)}
	}
	text, err := made.AsYaml()
	if err != nil {
		return answer{Stderr: fmt.Sprintf("error: %v\n", err)}
	}
	return answer{OK: true, Output: string(text)}
}

func optionsOf(args []string) *krusty.Options {
	options := krusty.MakeDefaultOptions()
	options.PluginConfig = types.DisabledPluginConfig()
	options.Reorder = krusty.ReorderOptionUnspecified
	for _, arg := range args {
		switch arg {
		case "--reorder=none":
			options.Reorder = krusty.ReorderOptionNone
		case "--reorder=legacy":
			options.Reorder = krusty.ReorderOptionLegacy
		case "--load-restrictor=LoadRestrictionsNone":
			options.LoadRestrictions = types.LoadRestrictionsNone
		case "--enable-managedby-label":
			options.AddManagedbyLabel = true
		}
	}
	return options
}

// captureStderr returns what tells the text that was written since, and ends the capture.
func captureStderr() func() string {
	reader, writer, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	before := os.Stderr
	os.Stderr = writer
	log.SetOutput(writer)
	text := make(chan string)
	go func() {
		read, _ := io.ReadAll(reader)
		text <- string(read)
	}()
	return func() string {
		os.Stderr = before
		_ = writer.Close()
		defer reader.Close()
		return <-text
	}
}
