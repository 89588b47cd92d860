namespace EmptyNumber.Detection.Infrastructure;

internal static class TemporaryFile
{
    /// <summary>An empty file that nobody else opens, gone when it is closed, also when the process is killed.</summary>
    public static FileStream Create() => new(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose);
}
