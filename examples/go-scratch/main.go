// A clock over HTTP, alone in its image.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"time"
)

var version = "unknown"

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]string{
			"version": version,
			"time":    time.Now().UTC().Format(time.RFC3339),
		})
	})
	log.Println("listening on port 8080")
	log.Fatal(http.ListenAndServe(":8080", nil))
}
