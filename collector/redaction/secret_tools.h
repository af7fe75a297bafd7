// SPDX-License-Identifier: Apache-2.0
//
// Programs that take a secret where its name does not tell: "mysql -pX", "htpasswd -b F USER X".
//
// Rules are words in one text, told apart by their first letter. An option's value is the rest of
// its word or the next one:
//   -p      the value is a secret                   --from*  NAME=value, the value of it
//   -p+     only in the same word                   -p_      only in the next word
//   -u:     user:password; likewise % , and /       -a?      user:password, or all of it
//   #3      the third word that is no option        #L2      the last one, if there are two
//   =       NAME=value of every such word
//   /       a word "user/password" or "user/password@place"
//   /p:     "/p:x"
//   @       words that are names of secrets: the next word is one
//   <       so is what comes behind "<<<"
//   >       "SETUSER name >x"
//   !--x    this option has no value, or none that is a secret; !--x= behind '=' neither
//   ~abc    these letters are options with a value, which is none
//   $       an argument with spaces is a command of its own
//   ^       at the beginning: letters of options may stand together, "-rP"
//   w       the words behind its options are a command
// "&word" at the end: only if that word was there before; "&-b": that letter among its options.
#pragma once

#include <string_view>

namespace proctape {

// Of a program by its name, without the path; empty if there are none.
std::string_view secret_rules(std::string_view program);

}  // namespace proctape
