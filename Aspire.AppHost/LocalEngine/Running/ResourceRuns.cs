using Aspire.Hosting.ApplicationModel;
using EmptyNumber.AppHost.LocalEngine.Processes;
using EmptyNumber.AppHost.LocalEngine.Servers;

namespace EmptyNumber.AppHost.LocalEngine.Running;

/// <summary>Makes of each resource what runs it.</summary>
internal sealed class ResourceRuns(DataFolder folder, ProcessOutput output, StatusBoard board, IReadOnlyCollection<Resource> resources)
{
    public ResourceRun Create(Resource resource) => new(resource, resource switch
    {
        PostgresServerResource postgres => [Serve(postgres, postgres.Server = new LocalPostgres(
            folder.Of(postgres.Name), durable: true, output.ForServer(postgres.Name))
        { Databases = [.. postgres.Databases.Select(database => database.DatabaseName)] })],
        RedisResource redis => [Serve(redis, redis.Server = new LocalRedis(folder.Of(redis.Name), output.ForServer(redis.Name)))],
        RabbitMQServerResource rabbit => [Serve(rabbit, rabbit.Server = new LocalRabbitMq(folder.Of(rabbit.Name), output.ForServer(rabbit.Name)))],
        ProjectResource project => Replicate(project),
        _ => [],
    });

    private Supervisor Serve(Resource resource, LocalServer server) =>
        new(server, resource.Name, replica: 0, resource.Name, runsOnce: false, () => $"tcp://127.0.0.1:{server.Port}", board);

    private List<Supervisor> Replicate(ProjectResource project)
    {
        var plan = project.Plan;
        if (plan.Endpoint is { Port: { } port } endpoint)
        {
            if (plan.Replicas > 1)
                throw new LocalEngineException($"{project.Name} has port {port}, which only one replica can have.");
            if (!FreePorts.IsFree(port, endpoint.External))
                throw new LocalEngineException($"Port {port} is in use by another program. Stop that one, or choose another port.");
        }

        var replicas = Enumerable.Range(0, plan.Replicas).Select(replica =>
        {
            var label = plan.Replicas == 1 ? project.Name : $"{project.Name}/{replica}";
            return new LocalProject(project, replica, label, output.ForProject(project.Name, replica, label));
        }).ToList();
        project.Urls = [.. replicas.Select(replica => replica.Url).OfType<string>()];
        var runsOnce = resources.Any(other => other.Plan.Waits.Any(wait => wait.On == project && wait.ExitCode is not null));
        return [.. replicas.Select((replica, index) => new Supervisor(replica, project.Name, index, replica.Name, runsOnce, () => replica.Url, board))];
    }
}
