package dev.gantry.run.archive;

import dev.gantry.events.ReasonCode;
import dev.gantry.linux.Errno;
import dev.gantry.linux.LinuxException;
import dev.gantry.linux.file.DirFd;
import dev.gantry.linux.file.FileStatus;
import dev.gantry.oci.layer.HostileArchiveException;
import dev.gantry.oci.layer.LayerReader;
import dev.gantry.oci.layer.UnpackOptions;
import dev.gantry.run.lifecycle.Machine;
import dev.gantry.run.lifecycle.RunView;
import dev.gantry.run.lifecycle.Runs;
import dev.gantry.run.problem.ProblemException;
import dev.gantry.run.request.RunLookup;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Copies files of runs in and out over HTTP. */
@Path("/v1/runs/{run}/archive")
public final class ArchiveResource {
  private static final String TAR = "application/x-tar";

  private final Runs runs;
  private final RunFiles files;

  ArchiveResource(Runs runs, Machine machine) {
    this.runs = runs;
    this.files = new RunFiles(runs, machine);
  }

  /** What a path names in the run. */
  @GET
  @Path("/stat")
  @Produces(MediaType.APPLICATION_JSON)
  public FileDocument stat(
      @PathParam("run") String run, @QueryParam("path") @Nullable String path) {
    String wanted = RunPath.parse(path);
    return perform(RunLookup.find(runs, run), wanted, tree -> FileDocument.of(tree, wanted));
  }

  /** What a path names in the run, as an archive whose entries begin with its last component. */
  @GET
  @Produces(TAR)
  public Response get(@PathParam("run") String run, @QueryParam("path") @Nullable String path) {
    String wanted = RunPath.parse(path);
    RunView found = RunLookup.find(runs, run);
    perform(found, wanted, tree -> readable(tree, wanted));
    StreamingOutput output =
        out ->
            files.with(
                found,
                tree -> {
                  TarOutput.write(tree, wanted, out);
                  return Boolean.TRUE;
                });
    return Response.ok(output).type(TAR).header("Cache-Control", "no-store").build();
  }

  /** Unpacks an archive into a directory of the run, which must be there. */
  @PUT
  @Consumes(MediaType.WILDCARD)
  public Response put(
      @PathParam("run") String run,
      @QueryParam("path") @Nullable String path,
      InputStream archive) {
    String wanted = RunPath.parse(path);
    perform(
        RunLookup.find(runs, run),
        wanted,
        tree -> {
          try (DirFd directory = tree.root().directory(wanted)) {
            refuseKernels(tree, directory.stat(""), wanted);
            var options =
                UnpackOptions.ARCHIVE.into(new UnpackOptions.Place.Container(tree.idBase()));
            return LayerReader.unpack(archive, directory, options);
          }
        });
    return Response.noContent().build();
  }

  private static FileStatus readable(FileTree tree, String path) throws IOException {
    FileStatus status = tree.root().stat(path);
    refuseKernels(tree, status, path);
    return status;
  }

  private static void refuseKernels(FileTree tree, FileStatus status, String path) {
    if (tree.isKernels(status)) {
      throw new ProblemException(
          ReasonCode.FORBIDDEN, path + " is the kernel's and no file of the run", "path");
    }
  }

  private <T> T perform(RunView run, String path, RunFiles.Work<T> work) {
    try {
      return files.with(run, work);
    } catch (HostileArchiveException e) {
      throw new ProblemException(ReasonCode.INVALID_DATA, String.valueOf(e.getMessage()));
    } catch (LinuxException e) {
      throw refused(e, path);
    } catch (IOException e) {
      throw new ProblemException(ReasonCode.CONFLICT, path + ": " + e.getMessage());
    }
  }

  private static ProblemException refused(LinuxException e, String path) {
    String message = path + ": " + e.getMessage();
    if (e.is(Errno.ENOENT)) {
      return new ProblemException(ReasonCode.NOT_FOUND, "the run has no " + path, "path");
    }
    if (e.is(Errno.ENOTDIR, Errno.ELOOP, Errno.EINVAL)) {
      return new ProblemException(ReasonCode.INVALID_PARAMETER, message, "path");
    }
    if (e.is(Errno.EROFS, Errno.EACCES, Errno.EPERM)) {
      return new ProblemException(ReasonCode.FORBIDDEN, message, "path");
    }
    return e.is(Errno.ENOSPC, Errno.EDQUOT)
        ? new ProblemException(ReasonCode.STORAGE_FULL, message)
        : new ProblemException(ReasonCode.CONFLICT, message);
  }
}
