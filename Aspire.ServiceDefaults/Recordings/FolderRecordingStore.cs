using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EmptyNumber.ServiceDefaults.Recordings;

/// <summary>Recordings in a folder that all replicas share: <c>ab/cd/abcd….wav</c>.</summary>
internal sealed class FolderRecordingStore(string folder) : IRecordingStore
{
    private const int IdLength = 64;

    public async Task<string> SaveAsync(ReadOnlyMemory<byte> recording, CancellationToken cancellationToken)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(recording.Span));
        var path = PathOf(id);
        if (File.Exists(path))
            return id;

        // Nobody ever sees half a recording: it is written beside its place, flushed to the disk, and moved there.
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var unfinished = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            await using (var file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true))
            {
                await file.WriteAsync(recording, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }

        return id;
    }

    public async Task<byte[]?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        if (id.Length != IdLength || !id.All(char.IsAsciiHexDigitLower))
            return null;
        try
        {
            return await File.ReadAllBytesAsync(PathOf(id), cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private string PathOf(string id) => Path.Combine(folder, id[..2], id[2..4], id + ".wav");
}

/// <summary>A service and the recordings.</summary>
public static class RecordingStoreExtensions
{
    /// <summary>Adds the store: the folder <c>Recordings:Path</c>, shared by all who write and read recordings.</summary>
    public static void AddRecordingStore(this IHostApplicationBuilder builder) =>
        builder.Services.AddSingleton<IRecordingStore>(services => new FolderRecordingStore(
            services.GetRequiredService<IConfiguration>()["Recordings:Path"]
            ?? throw new InvalidOperationException("Recordings:Path is not configured.")));
}
