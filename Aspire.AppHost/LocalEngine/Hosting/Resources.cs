using EmptyNumber.AppHost.LocalEngine.Servers;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A part of the application: a server, a project, a parameter.</summary>
public interface IResource
{
    /// <summary>Unique in the application; letters, digits and hyphens.</summary>
    string Name { get; }
}

/// <summary>Takes environment variables.</summary>
public interface IResourceWithEnvironment : IResource;

/// <summary>Takes command-line arguments.</summary>
public interface IResourceWithArgs : IResource;

/// <summary>Listens.</summary>
public interface IResourceWithEndpoints : IResource;

/// <summary>Can wait for others before it starts.</summary>
public interface IResourceWithWaitSupport : IResource;

/// <summary>Is reached through a connection string.</summary>
public interface IResourceWithConnectionString : IResource
{
    internal string ConnectionString { get; }
}

/// <summary>Lives inside another resource.</summary>
public interface IResourceWithParent<out T> : IResource
    where T : IResource
{
    /// <summary>The resource that it lives in.</summary>
    T Parent { get; }
}

/// <summary>What all resources share.</summary>
public abstract class Resource(string name) : IResource
{
    /// <inheritdoc />
    public string Name { get; } = name;

    internal ResourcePlan Plan { get; } = new();
}

/// <summary>A value that the operator gives, or that is made at start.</summary>
public class ParameterResource : Resource
{
    internal ParameterResource(string name, string value)
        : base(name) => Value = value;

    internal string Value { get; }
}

/// <summary>A PostgreSQL server.</summary>
public class PostgresServerResource : Resource, IResourceWithConnectionString, IResourceWithWaitSupport
{
    internal PostgresServerResource(string name)
        : base(name)
    {
    }

    internal List<PostgresDatabaseResource> Databases { get; } = [];

    internal LocalPostgres? Server { get; set; }

    string IResourceWithConnectionString.ConnectionString => ConnectionStringOf("postgres");

    internal string ConnectionStringOf(string database) => Server.OfStarted(this).ConnectionString(database);
}

/// <summary>A database of a PostgreSQL server.</summary>
public class PostgresDatabaseResource : Resource, IResourceWithParent<PostgresServerResource>, IResourceWithConnectionString
{
    internal PostgresDatabaseResource(string name, string databaseName, PostgresServerResource parent)
        : base(name)
    {
        DatabaseName = databaseName;
        Parent = parent;
    }

    /// <inheritdoc />
    public PostgresServerResource Parent { get; }

    /// <summary>Its name on the server.</summary>
    public string DatabaseName { get; }

    string IResourceWithConnectionString.ConnectionString => Parent.ConnectionStringOf(DatabaseName);
}

/// <summary>A Redis server.</summary>
public class RedisResource : Resource, IResourceWithConnectionString, IResourceWithWaitSupport
{
    internal RedisResource(string name)
        : base(name)
    {
    }

    internal LocalRedis? Server { get; set; }

    string IResourceWithConnectionString.ConnectionString => Server.OfStarted(this).ConnectionString;
}

/// <summary>A RabbitMQ server.</summary>
public class RabbitMQServerResource : Resource, IResourceWithConnectionString, IResourceWithWaitSupport
{
    internal RabbitMQServerResource(string name)
        : base(name)
    {
    }

    internal LocalRabbitMq? Server { get; set; }

    string IResourceWithConnectionString.ConnectionString => Server.OfStarted(this).ConnectionString;
}

/// <summary>A .NET project.</summary>
public class ProjectResource : Resource, IResourceWithEnvironment, IResourceWithArgs, IResourceWithServiceDiscovery, IResourceWithWaitSupport
{
    internal ProjectResource(string name, string projectPath)
        : base(name) => ProjectPath = projectPath;

    /// <summary>Full path of the project file.</summary>
    internal string ProjectPath { get; }

    /// <summary>Where its replicas listen, known once the engine has started.</summary>
    internal IReadOnlyList<string> Urls { get; set; } = [];
}

internal static class ServerAccess
{
    public static T OfStarted<T>(this T? server, IResource resource) =>
        server ?? throw new InvalidOperationException($"{resource.Name} has no address before the application has started.");
}
