namespace EmptyNumber.AppHost.LocalEngine.Running;

/// <summary>The folder of one launcher, which no second launcher may use at the same time.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly string _root;
    private readonly FileStream _lock;

    private DataFolder(string root, FileStream held)
    {
        _root = root;
        _lock = held;
    }

    /// <summary>The list of what runs, for programs to read.</summary>
    public string ResourceList => Path.Combine(_root, "resources.json");

    /// <summary>Makes the folder where it is not there, and takes it.</summary>
    /// <exception cref="LocalEngineException">It can't be used, or is used by another launcher.</exception>
    public static DataFolder Open(string path)
    {
        var root = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(Path.Combine(root, "logs"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalEngineException($"The data folder {root} can't be used: {e.Message}", e);
        }

        try
        {
            return new DataFolder(root, new FileStream(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new LocalEngineException($"The data folder {root} can't be written: {e.Message}", e);
        }
        catch (IOException e)
        {
            throw new LocalEngineException($"The data folder {root} is in use by another launcher. Stop that one, or choose another folder.", e);
        }
    }

    /// <summary>Where a server keeps its files.</summary>
    public string Of(string resource) => Path.Combine(_root, resource);

    /// <summary>Where the output of a process goes.</summary>
    public string LogOf(string resource, int replica) => Path.Combine(_root, "logs", $"{resource}-{replica}.log");

    public void Dispose() => _lock.Dispose();
}
