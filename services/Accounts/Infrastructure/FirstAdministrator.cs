using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Accounts.Infrastructure;

/// <summary>Somebody who can add the others.</summary>
internal static partial class FirstAdministrator
{
    /// <summary>Adds the configured administrator where there is none who can log in; says so where none is configured.</summary>
    /// <exception cref="InvalidOperationException">The configured name is somebody else's.</exception>
    public static async Task AddAdministratorAsync(this WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AccountsDb>();
        var options = scope.ServiceProvider.GetRequiredService<IOptions<AccountsOptions>>().Value;
        if (await HasAdministratorAsync(db))
            return;
        if (options.AdministratorPassword is not { } password)
        {
            Missing(app.Logger);
            return;
        }

        await scope.ServiceProvider.GetRequiredService<UserChanges>().CreateAsync(
            caller: null, options.AdministratorName, password, [Roles.Admin], CancellationToken.None);
        if (!await HasAdministratorAsync(db))
            throw new InvalidOperationException($"Accounts:AdministratorName: {options.AdministratorName} is a user who is no administrator, or is disabled.");
    }

    private static async Task<bool> HasAdministratorAsync(AccountsDb db) =>
        (await db.Users.AsNoTracking().Where(user => user.Roles.Contains(Roles.Admin)).ToListAsync()).Exists(user => user.IsAdministrator);

    [LoggerMessage(LogLevel.Warning, "There is no administrator; Accounts:AdministratorPassword makes migrate add one")]
    private static partial void Missing(ILogger logger);
}
