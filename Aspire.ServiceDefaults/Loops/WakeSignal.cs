namespace EmptyNumber.ServiceDefaults.Loops;

/// <summary>Wakes a background loop of this process, which looks by itself as well now and then.</summary>
public abstract class WakeSignal : IDisposable
{
    private readonly SemaphoreSlim _news = new(0, 1);

    /// <summary>There is something to do.</summary>
    public void Wake()
    {
        try
        {
            if (_news.CurrentCount == 0)
                _news.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another thread woke it meanwhile.
        }
    }

    /// <summary>Waits to be woken, or for the time to pass.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _news.WaitAsync(atMost, cancellationToken);

    /// <inheritdoc />
    public void Dispose()
    {
        _news.Dispose();
        GC.SuppressFinalize(this);
    }
}
