using System.Collections.Concurrent;

namespace EmptyNumber.AppHost.LocalEngine.Processes;

/// <summary>
/// The one thread that starts all children. The kernel binds a child's parent-death signal (prctl(2), PR_SET_PDEATHSIG)
/// to the thread that forked it: a child started from the thread pool would be killed when that thread is retired.
/// This one ends with the process and not before.
/// </summary>
internal static class ParentThread
{
    private static readonly BlockingCollection<Action> Work = [];

    static ParentThread() => new Thread(() =>
    {
        foreach (var action in Work.GetConsumingEnumerable())
            action();
    })
    { IsBackground = true, Name = "parent of all children" }.Start();

    public static Task<T> RunAsync<T>(Func<T> start)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                done.SetResult(start());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }
}
